import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { ThreadView } from '../../client/views.ts';
import { standings, titleOf } from './standing.ts';
import { ThreadMenu } from './thread-menu.tsx';

interface TalkHeadProps {
  /** Absent until it was read. */
  readonly thread: ThreadView | undefined;
  readonly onList: () => void;
  readonly onChange: () => void;
  readonly onError: (error: unknown) => void;
}

/** What a thread is called, how it stands, and what may be done with it. */
export function TalkHead({ thread, onList, onChange, onError }: TalkHeadProps): JSX.Element {
  const [renamed, setRenamed] = useState<string>();
  const title = renamed ?? thread?.title ?? '';
  const shown = thread ? titleOf({ title }) : ' ';
  return (
    <header class="talk-head">
      <button type="button" class="quiet talk-list" onClick={onList} aria-label="Threads">
        <span class="icon icon-back" aria-hidden="true" />
      </button>
      <h1 title={shown}>{shown}</h1>
      <span class={`standing standing-${thread?.status ?? 'new'}`} role="status">
        {thread && standings[thread.status]}
      </span>
      {thread && (
        <ThreadMenu
          thread={{ ...thread, title }}
          onError={onError}
          onChange={(name) => {
            if (name !== undefined) setRenamed(name);
            onChange();
          }}
        />
      )}
    </header>
  );
}
