import type { Approval, CallView, Standing } from './call-view.ts';
import type { CallChunk } from './chunk.ts';

/** A tool call as a client has it. */
export interface ShownCall {
  readonly standing: Standing | 'input-streaming';
  /** As JSON. */
  readonly input?: string | undefined;
  /** The output or the error, as JSON. */
  readonly outcome?: string | undefined;
  readonly approvalId?: string | undefined;
  readonly approved?: boolean | undefined;
}

/** What brings a client from what it has of a call to what there is. Nothing, when that is the same. */
export function callChunks(view: CallView, shown: ShownCall | undefined): readonly CallChunk[] {
  const isAnew = !shown || isToldAnew(view, shown);
  const before = isAnew ? { ...shown, standing: 'input-available' as const, outcome: undefined } : shown;
  return [
    ...(isAnew ? [inputAvailable(view)] : []),
    ...approvalChunks(view, { ...before, approved: isAnew ? undefined : before.approved }),
    ...outcomeChunks(view, before),
  ];
}

/** What the client has of it then. */
export function shownOf(view: CallView, before: ShownCall | undefined): ShownCall {
  const { approval } = view;
  return {
    standing: view.standing,
    input: JSON.stringify(view.input),
    outcome: outcomeOf(view),
    // What was decided keeps the id under which it was asked here.
    approvalId:
      approval?.approved === undefined ? (approval?.id ?? before?.approvalId) : (before?.approvalId ?? approval.id),
    approved: approval?.approved,
  };
}

/** The arguments are others now, or the part has to go back to where only arguments are. */
function isToldAnew(view: CallView, shown: ShownCall): boolean {
  if (shown.standing === 'input-streaming' || shown.input !== JSON.stringify(view.input)) return true;
  const goesBack = view.standing === 'input-available' || (isOutcome(shown.standing) && !isOutcome(view.standing));
  return goesBack && shown.standing !== view.standing;
}

function isOutcome(standing: ShownCall['standing']): boolean {
  return standing.startsWith('output');
}

function inputAvailable({ id, name, input, providerExecuted, metadata }: CallView): CallChunk {
  return {
    type: 'tool-input-available',
    toolCallId: id,
    toolName: name,
    input,
    ...(providerExecuted && { providerExecuted }),
    ...(metadata && { toolMetadata: metadata }),
  };
}

function approvalChunks({ id, approval, standing }: CallView, shown: ShownCall): readonly CallChunk[] {
  if (!approval) return [];
  const { approved, reason } = approval;
  if (approved === undefined) {
    const isAsked = shown.standing === 'approval-requested' && shown.approvalId === approval.id;
    return isAsked ? [] : [request(id, approval)];
  }
  const isSaid =
    shown.approved === approved && (standing !== 'approval-responded' || shown.standing === 'approval-responded');
  const approvalId = shown.approvalId ?? approval.id;
  const response = {
    type: 'tool-approval-response',
    approvalId,
    approved,
    ...(reason !== undefined && { reason }),
  } as const;
  // A client throws when it is told of an answer to what it was never asked.
  return [...(shown.approvalId === undefined ? [request(id, approval)] : []), ...(isSaid ? [] : [response])];
}

function request(toolCallId: string, { id, requestReason, descriptor, isAutomatic }: Approval): CallChunk {
  return {
    type: 'tool-approval-request',
    approvalId: id,
    toolCallId,
    ...(requestReason !== undefined && { reason: requestReason }),
    ...(descriptor && { approvalDescriptor: descriptor }),
    ...(isAutomatic && { isAutomatic }),
  };
}

function outcomeChunks(view: CallView, shown: ShownCall): readonly CallChunk[] {
  const { id: toolCallId, standing, output, errorText = '' } = view;
  const isThere = shown.standing === standing && shown.outcome === outcomeOf(view);
  if (isThere) return [];
  switch (standing) {
    case 'output-available':
      return [{ type: 'tool-output-available', toolCallId, output }];
    case 'output-error':
      return [{ type: 'tool-output-error', toolCallId, errorText }];
    case 'output-denied':
      return [{ type: 'tool-output-denied', toolCallId }];
    default:
      return [];
  }
}

function outcomeOf({ standing, output, errorText }: CallView): string | undefined {
  return standing === 'output-available' ? JSON.stringify(output) : errorText;
}
