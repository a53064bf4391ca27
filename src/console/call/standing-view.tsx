import type { JSX } from 'preact';
import { childOf } from '../../conversation/handed-out.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import { visible } from '../../wire/plain-text.ts';
import { fragmentOf } from '../shell/place.ts';
import { Ago, Left } from '../time-text.tsx';
import { OutputView } from './output-view.tsx';
import { TextView } from './text-view.tsx';

interface StandingViewProps {
  readonly thread: string;
  readonly call: ToolCall;
  readonly progress?: unknown;
}

/** What belongs to where a call stands: what it waits for, what it has reported, what it came to. */
export function StandingView({ thread, call, progress }: StandingViewProps): JSX.Element | null {
  switch (call.state) {
    case 'deferred':
    case 'snoozed':
      return (
        <p class="standing-words">
          It comes back <Ago at={call.until} />. You can decide now.
        </p>
      );
    case 'approved':
      return call.notBefore === undefined ? null : (
        <p class="standing-words">
          It starts <Ago at={call.notBefore} />.
        </p>
      );
    case 'running':
      return <Running call={call} progress={progress} />;
    case 'awaiting-result':
      return <Elsewhere call={call} />;
    case 'awaiting-input':
      return <Question text={call.question} expiresAt={call.expiresAt} />;
    case 'completed':
      return <OutputView thread={thread} name="Result" output={call.output} />;
    case 'failed':
    case 'denied':
    case 'rejected':
      return call.reason === undefined || call.reason === '' ? null : <Reason call={call} reason={call.reason} />;
    case 'cancelled':
      return <p class="standing-words">{cancelWords[call.by]}</p>;
    default:
      return null;
  }
}

const cancelWords: Readonly<Record<(ToolCall & { state: 'cancelled' })['by'], string>> = {
  stop: 'Somebody stopped the run.',
  supersede: 'Another word came first.',
  parent: 'The call that it was made for was cancelled.',
  withdrawn: 'The answer it belongs to was withdrawn.',
};

function Running({ call, progress }: Omit<StandingViewProps, 'thread'>): JSX.Element {
  const { attempt } = call;
  return (
    <>
      {attempt && (
        <p class="standing-words">
          Started <Ago at={attempt.startedAt} />
          {attempt.number > 1 && `, attempt ${attempt.number}`}.
        </p>
      )}
      {progress !== undefined && <OutputView thread="" name="So far" output={progress} />}
    </>
  );
}

function Elsewhere({ call }: { readonly call: ToolCall & { readonly state: 'awaiting-result' } }): JSX.Element {
  const child = childOf(call);
  return (
    <p class="standing-words">
      {child ? (
        <>
          It is answered by{' '}
          <a href={fragmentOf({ view: 'chat', thread: child.thread })}>
            {child.title === undefined ? 'a thread of its own' : visible(child.title)}
          </a>
          .
        </>
      ) : (
        'It waits for its result from elsewhere. If you know it, you can give it.'
      )}
      {call.expiresAt !== undefined && (
        <>
          {' '}
          <Left until={call.expiresAt} />.
        </>
      )}
    </p>
  );
}

function Question({ text, expiresAt }: { readonly text: string; readonly expiresAt: number | undefined }): JSX.Element {
  return (
    <section class="question" aria-label="Question">
      <TextView text={text} />
      {expiresAt !== undefined && (
        <p class="muted">
          <Left until={expiresAt} />
        </p>
      )}
    </section>
  );
}

function Reason({ call, reason }: { readonly call: ToolCall; readonly reason: string }): JSX.Element {
  return (
    <section class="reason-given" aria-label="Reason">
      <TextView text={reason} />
      {call.state === 'failed' && call.errorId !== undefined && (
        <p class="muted">
          The server's log knows more under <code>{visible(call.errorId)}</code>.
        </p>
      )}
    </section>
  );
}
