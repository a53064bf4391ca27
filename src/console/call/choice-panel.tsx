import type { JSX } from 'preact';
import type { Decided } from '../../client/decided.ts';
import type { Decision } from '../../conversation/decision.ts';
import type { GrantWish } from '../../conversation/grant-offer.ts';
import { AnswerPanel } from './answer-panel.tsx';
import { EditPanel } from './edit-panel.tsx';
import { GrantPanel } from './grant-panel.tsx';
import type { Offered } from './grant-panel.tsx';
import { inputOf } from './input.ts';
import type { ShownCall } from './made-decisions.ts';
import type { Choice } from './offered.ts';
import { RejectPanel } from './reject-panel.tsx';
import { TimePanel } from './time-panel.tsx';
import { useTool } from './tool-schema.ts';

interface ChoicePanelProps {
  readonly shown: ShownCall;
  readonly choice: Choice;
  /** Somebody wanted it: they go on in its first field. */
  readonly isAsked: boolean;
  readonly isSending: boolean;
  /** It may not be approved before all of it was looked at. */
  readonly isLocked: boolean;
  /** What may be granted. */
  readonly offer: Offered | undefined;
  readonly decided?: Decided | undefined;
  readonly onDecide: (decision: Decision, grant?: GrantWish) => void;
  readonly onBack: () => void;
}

/** What is asked before a decision is sent. */
export function ChoicePanel({ choice, ...props }: ChoicePanelProps): JSX.Element | null {
  const { isSending, isLocked, offer, onDecide, onBack } = props;
  switch (choice) {
    case 'approve':
      return null;
    case 'reject':
      return (
        <RejectPanel
          {...{ isSending, onBack }}
          onReject={(reason) => onDecide({ type: 'reject', ...(reason !== undefined && { reason }) })}
        />
      );
    case 'snooze':
      return (
        <TimePanel
          title="Ask again"
          verb="Snooze"
          {...{ isSending, onBack }}
          onChoose={(at) => onDecide({ type: 'snooze', until: new Date(at).toISOString() })}
        />
      );
    case 'later':
      return (
        <TimePanel
          title="Approve now, start"
          verb="Approve for then"
          {...{ isSending, onBack }}
          onChoose={(at) => onDecide({ type: 'approve', notBefore: new Date(at).toISOString() })}
        />
      );
    case 'grant':
      return offer ? (
        <GrantPanel
          {...{ offer, isSending, isLocked, onBack }}
          onGrant={(wish) => onDecide({ type: 'approve' }, wish)}
        />
      ) : null;
    case 'edit':
      return <EditChoice {...props} />;
    case 'answer':
      return <AnswerChoice {...props} />;
  }
}

type FormChoiceProps = Omit<ChoicePanelProps, 'choice'>;

function EditChoice({ shown, onDecide, isSending, decided, onBack }: FormChoiceProps): JSX.Element | null {
  const { thread, call } = shown;
  const { tool, isKnown } = useTool(thread, call.name);
  if (!isKnown) return null;
  return (
    <EditPanel
      {...{ isSending, decided, onBack }}
      input={inputOf(call)}
      schema={tool?.input}
      onApprove={(input) => onDecide({ type: 'approve', input })}
    />
  );
}

function AnswerChoice({ shown, onDecide, ...props }: FormChoiceProps): JSX.Element | null {
  const { thread, call } = shown;
  const { tool, isKnown } = useTool(thread, call.name);
  if (!isKnown) return null;
  const isQuestion = call.state === 'awaiting-input';
  return (
    <AnswerPanel
      {...props}
      title={isQuestion ? 'Your answer' : 'Answer instead of the tool'}
      hint={
        isQuestion ? 'The tool goes on with it.' : 'The model takes it for the result of the tool, which does not run.'
      }
      verb="Send the answer"
      schema={isQuestion ? call.schema : tool?.output}
      onAnswer={(output) => onDecide({ type: 'answer', output })}
    />
  );
}
