import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { ChatError } from '../../conversation/error.ts';
import { textOf } from '../../conversation/message.ts';
import type { Message } from '../../conversation/message.ts';
import { visibleSpeech } from '../../wire/plain-text.ts';
import { useSession } from '../session.ts';

interface OwnWordsProps {
  readonly message: Message & { readonly pending?: unknown };
  /** It may not be said otherwise. */
  readonly isFixed: boolean;
  readonly thread: string;
  readonly onError: (error: unknown) => void;
}

/** What a person said; it may be said otherwise, and what followed is withdrawn then. */
export function OwnWords({ message, isFixed, thread, onError }: OwnWordsProps): JSX.Element {
  const { client } = useSession();
  const [isWriting, setIsWriting] = useState(false);
  const text = textOf(message);
  const files = message.parts.filter((part) => part.type === 'file');
  const say = async (words: string, force = false): Promise<void> => {
    try {
      const content = files.length === 0 ? words : [...files, { type: 'text', text: words } as const];
      await client.rewind(thread, message.id, { content, ...(force && { force }) });
      setIsWriting(false);
    } catch (error) {
      const isRefused = error instanceof ChatError && error.status === 409 && !force;
      if (!isRefused || !confirm(forceQuestion)) return onError(error);
      await say(words, true);
    }
  };
  if (isWriting) return <Anew text={text} onSay={(words) => void say(words)} onLeave={() => setIsWriting(false)} />;
  return (
    <div class="bubble">
      {text !== '' && <p class="said">{visibleSpeech(text)}</p>}
      {!message.pending && !isFixed && (
        <button type="button" class="quiet say-anew" onClick={() => setIsWriting(true)} aria-label="Say it otherwise">
          <span class="icon icon-edit" aria-hidden="true" />
        </button>
      )}
    </div>
  );
}

const forceQuestion =
  'A call that followed may have taken effect, and stays so. Withdraw it all the same? Only who manages may.';

interface AnewProps {
  readonly text: string;
  readonly onSay: (text: string) => void;
  readonly onLeave: () => void;
}

function Anew({ text, onSay, onLeave }: AnewProps): JSX.Element {
  const [draft, setDraft] = useState(text);
  return (
    <form
      class="bubble saying-anew"
      onSubmit={(event) => {
        event.preventDefault();
        if (draft.trim()) onSay(draft);
      }}
    >
      <label>
        <span class="unseen">What you say instead</span>
        <textarea
          autofocus
          rows={Math.min(12, draft.split('\n').length + 1)}
          value={draft}
          onInput={({ currentTarget }) => setDraft(currentTarget.value)}
          onKeyDown={({ key }) => key === 'Escape' && onLeave()}
        />
      </label>
      <p class="muted">What followed it is withdrawn, and it is answered anew.</p>
      <div class="actions">
        <button class="primary">Say this instead</button>
        <button type="button" onClick={onLeave}>
          Leave it
        </button>
      </div>
    </form>
  );
}
