import type { JSX } from 'preact';
import type { LiveThread } from '../../client/thread.ts';
import type { SomeTools } from '../../client/typed.ts';
import { visible } from '../../wire/plain-text.ts';
import { sentenceOf } from '../sentence.ts';
import { useMe, useSession } from '../session.ts';
import { Ago } from '../time-text.tsx';
import { OwnWords } from './own-words.tsx';
import { PartView } from './part-view.tsx';
import type { MessageRowAbout } from './rows.ts';

interface MessageRowProps extends MessageRowAbout {
  readonly live: LiveThread<SomeTools>;
  readonly progress: Readonly<Record<string, unknown>>;
  readonly onError: (error: unknown) => void;
  /** Whether whoever looks may speak here. */
  readonly isSaid: boolean;
}

/** A message: what a person said, or an answer with the calls in it. */
export function MessageRow(props: MessageRowProps): JSX.Element {
  const { message, isContinued, isOpen, answersFrom, live, progress, onError, isSaid } = props;
  const { role, parts, at, model, interrupted } = message;
  if (role === 'user') return <UserRow {...props} />;
  return (
    <article class={`message message-${role}`} aria-label={role === 'assistant' ? 'Answer' : 'System'}>
      {!isContinued && (
        <header class="message-head muted">
          <span>{model ? visible(`${model.provider}/${model.id}`) : role}</span>
          <Ago at={at} />
        </header>
      )}
      {parts.map((part, index) => (
        <PartView
          key={part.type === 'tool' ? part.call.id : index}
          part={part}
          thread={live.id}
          isOpen={isOpen && index === parts.length - 1}
          progress={progress}
        />
      ))}
      {isOpen && parts.length === 0 && <Thinking />}
      {interrupted && <p class="muted note">The answer was cut here.</p>}
      {answersFrom !== undefined && isSaid && <AnswerAgain thread={live.id} from={answersFrom} onError={onError} />}
    </article>
  );
}

/** Nothing was said yet. */
function Thinking(): JSX.Element {
  return (
    <p class="thinking" role="status">
      <span class="unseen">The model is thinking</span>
      <i aria-hidden="true" />
      <i aria-hidden="true" />
      <i aria-hidden="true" />
    </p>
  );
}

interface AnswerAgainProps {
  readonly thread: string;
  readonly from: string;
  readonly onError: (error: unknown) => void;
}

function AnswerAgain({ thread, from, onError }: AnswerAgainProps): JSX.Element {
  const { client } = useSession();
  return (
    <p class="message-actions">
      <button type="button" class="quiet" onClick={() => void client.rewind(thread, from).catch(onError)}>
        <span class="icon icon-again" aria-hidden="true" /> Answer again
      </button>
    </p>
  );
}

function UserRow({ message, isQueued, isSaid, live, onError }: MessageRowProps): JSX.Element {
  const { parts, author, pending, id } = message;
  const isOwn = author === undefined || author === useMe().principal;
  const files = parts.filter((part) => part.type === 'file');
  return (
    <article class={`message message-user ${pending ? 'message-pending' : ''}`} aria-label="Said">
      {!isOwn && <header class="message-head muted">{visible(author ?? '')}</header>}
      <OwnWords message={message} isFixed={!isSaid} thread={live.id} onError={onError} />
      {files.map((part, index) => (
        <PartView key={index} part={part} thread={live.id} isOpen={false} progress={{}} />
      ))}
      {isQueued && !pending && <p class="muted note">Answered when what waits above is settled.</p>}
      {pending?.state === 'sending' && <p class="muted note">On its way…</p>}
      {pending?.state === 'failed' && (
        <p class="wrong note" role="alert">
          Not sent. {sentenceOf(pending.error)}
          <button type="button" onClick={() => void live.resend(id)}>
            Send again
          </button>
          <button type="button" class="quiet" onClick={() => live.discard(id)}>
            Discard
          </button>
        </p>
      )}
    </article>
  );
}
