import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { ContentPart } from '../../conversation/content.ts';
import { useSession } from '../session.ts';
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
        <h2>What shall be done?</h2>
        <p>Say it below. When a tool needs your word, the thread waits for it, for as long as it takes.</p>
      </div>
      <Trouble error={error} onClose={() => setError(undefined)} />
      <Composer name="new" onSay={begin} />
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
