import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { ContentPart } from '../../conversation/content.ts';
import { maySay, useMe, useSession } from '../session.ts';
import { go } from '../shell/place.ts';
import { Composer } from './composer.tsx';
import { Trouble } from './trouble.tsx';

interface NewTalkProps {
  readonly onList: () => void;
  readonly onMade: () => void;
}

/** A thread that begins with the first word. */
export function NewTalk({ onList, onMade }: NewTalkProps): JSX.Element {
  const { client } = useSession();
  const isSaid = maySay(useMe());
  const [error, setError] = useState<unknown>();
  const begin = async (content: string | readonly ContentPart[]): Promise<boolean> => {
    try {
      const { id } = await client.createThread({ title: titleFrom(content) });
      void client.thread(id).say(content);
      go({ view: 'chat', thread: id });
      onMade();
      return true;
    } catch (cause) {
      setError(cause);
      return false;
    }
  };
  return (
    <section class="talk" aria-label="New thread">
      <header class="talk-head">
        <button type="button" class="quiet talk-list" onClick={onList}>
          <span class="icon icon-back" aria-hidden="true" /> Threads
        </button>
      </header>
      <div class="empty">
        <span class="icon icon-chat" aria-hidden="true" />
        <h1>{isSaid ? 'What shall be done?' : 'No thread is open'}</h1>
        <p>
          {isSaid
            ? 'Say it below. When a tool needs your word, the thread waits for it, for as long as it takes.'
            : 'You may not begin one here. What waits for your decision is in the inbox.'}
        </p>
      </div>
      <Trouble error={error} onClose={() => setError(undefined)} />
      {isSaid && <Composer name="new" onSay={begin} />}
    </section>
  );
}

/** The first line of what is said, or of the first file. */
function titleFrom(content: string | readonly ContentPart[]): string {
  const parts = typeof content === 'string' ? [{ type: 'text', text: content } as const] : content;
  const texts = parts.flatMap((part) => (part.type === 'text' ? [part.text] : [part.name ?? part.mediaType]));
  const line = texts.join('\n').trim().split('\n')[0] ?? '';
  return line.length > 60 ? `${line.slice(0, 59).toWellFormed()}…` : line;
}
