import type { JSX } from 'preact';
import type { Part } from '../../conversation/part.ts';
import { visible, visibleJson, visibleSpeech } from '../../wire/plain-text.ts';
import { CallCard } from '../call/call-card.tsx';
import { Link } from '../markdown/inline.tsx';
import { Markdown } from '../markdown/markdown.tsx';
import { Attachment } from './attachment.tsx';

interface PartViewProps {
  readonly part: Part;
  readonly thread: string;
  /** It is being written. */
  readonly isOpen: boolean;
  readonly progress: Readonly<Record<string, unknown>>;
}

/** A piece of a message. */
export function PartView({ part, thread, isOpen, progress }: PartViewProps): JSX.Element {
  switch (part.type) {
    case 'text':
      return (
        <div class={isOpen ? 'writing' : undefined}>
          <Markdown text={part.text} />
        </div>
      );
    case 'reasoning':
      return (
        <details class="reasoning">
          <summary>{isOpen ? 'Thinking…' : 'What it thought'}</summary>
          <p>{visibleSpeech(part.text)}</p>
        </details>
      );
    case 'file':
      return <Attachment file={part} thread={thread} />;
    case 'source':
      return (
        <p class="source muted">
          Source: <Link href={part.url ?? ''}>{visible(part.title ?? part.url ?? 'without a name')}</Link>
        </p>
      );
    case 'data':
      return (
        <details class="data">
          <summary>
            Data: <code>{visible(part.name)}</code>
          </summary>
          <pre tabIndex={0}>{visibleJson(part.data, 2)}</pre>
        </details>
      );
    case 'tool':
      return (
        <CallCard
          thread={thread}
          call={part.call}
          {...(part.call.id in progress && { progress: progress[part.call.id] })}
        />
      );
  }
}
