import { isObject } from '../../conversation/json.ts';
import type { Message } from '../../conversation/message.ts';
import type { ShownCall } from './call-chunks.ts';

/** What a client has of an answer, by its own word: it decides what that client is sent, and nothing else (rule X2). */
export interface ShownAnswer {
  readonly id: string;
  readonly steps: readonly ShownStep[];
}

/** What a client has of one message of the model. */
export interface ShownStep {
  readonly texts: readonly string[];
  readonly calls: ReadonlyMap<string, ShownCall>;
}

/** Reads what a client has from the message that it sent. */
export function shownIn(message: unknown): ShownAnswer | undefined {
  if (!isObject(message) || message['role'] !== 'assistant') return undefined;
  const { id, parts } = message;
  if (typeof id !== 'string' || !Array.isArray(parts)) return undefined;
  const steps: { texts: string[]; calls: Map<string, ShownCall>; isEmpty: boolean }[] = [];
  for (const part of parts.filter(isObject)) {
    const { type, text, toolCallId } = part;
    if (type === 'step-start' || steps.length === 0) steps.push({ texts: [], calls: new Map(), isEmpty: true });
    const step = steps.at(-1)!;
    if (type === 'step-start') continue;
    step.isEmpty = false;
    if ((type === 'text' || type === 'reasoning') && typeof text === 'string') step.texts.push(text);
    if (typeof toolCallId === 'string') step.calls.set(toolCallId, shownCall(part));
  }
  return { id, steps: steps.filter(({ isEmpty }) => !isEmpty) };
}

/** The texts of a message as a client has them. */
export function textsIn({ parts }: Message): readonly string[] {
  return parts.flatMap((part) =>
    (part.type === 'text' || part.type === 'reasoning') && part.text !== '' ? [part.text] : [],
  );
}

function shownCall(part: Readonly<Record<string, unknown>>): ShownCall {
  const { state, input, output, errorText, approval } = part;
  const { id, approved } = isObject(approval) ? approval : {};
  return {
    // A standing that nobody knows is none that there is, so it is told anew.
    standing: (typeof state === 'string' ? state : 'input-streaming') as ShownCall['standing'],
    input: JSON.stringify(input),
    outcome:
      state === 'output-available' ? JSON.stringify(output) : typeof errorText === 'string' ? errorText : undefined,
    approvalId: typeof id === 'string' ? id : undefined,
    approved: typeof approved === 'boolean' ? approved : undefined,
  };
}
