import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { count, visible } from '../../wire/plain-text.ts';
import { ArgumentsView } from '../call/arguments-view.tsx';
import { decideAll } from '../call/made-decisions.ts';
import { WhyAsked } from '../call/why-asked.tsx';
import { useSession } from '../session.ts';
import type { Row } from './row.ts';
import { togetherOf } from './together.ts';
import type { Together } from './together.ts';

interface ReviewDialogProps {
  readonly rows: readonly Row[];
  /** Those that were decided about, or none. */
  readonly onClose: (decided: readonly Row[]) => void;
}

/** What is about to be approved at once, all of it, and what is left for a look of its own. */
export function ReviewDialog({ rows, onClose }: ReviewDialogProps): JSX.Element {
  const { client } = useSession();
  const box = useRef<HTMLDialogElement>(null);
  useEffect(() => box.current?.showModal(), []);
  const { approved, left } = togetherOf(rows);
  const approve = (): void => {
    const shown = approved.map(({ item: { thread, call, seen } }) => ({ thread: thread.id, call, seen }));
    void decideAll(client, shown, { type: 'approve' });
    onClose(approved);
  };
  return (
    <dialog ref={box} class="review" aria-labelledby="review-title" onClose={() => onClose([])}>
      <h2 id="review-title">
        {approved.length === 0 ? 'Nothing to approve at once' : `Approve ${approved.length} at once?`}
      </h2>
      {left.length > 0 && (
        <p class="review-rest">
          {count(left.length, 'call')} below{' '}
          {left.length === 1 ? 'needs a look of its own' : 'need a look of their own'}.
        </p>
      )}
      <div class="review-list" tabIndex={0} role="group" aria-label="Marked calls">
        {approved.map((row) => (
          <Reviewed key={row.name} row={row} />
        ))}
        {left.length > 0 && <Left left={left} />}
      </div>
      <div class="bar">
        <button type="button" onClick={() => onClose([])}>
          Back
        </button>
        {approved.length > 0 && (
          <button type="button" class="good" autofocus onClick={approve}>
            Approve {approved.length}
          </button>
        )}
      </div>
    </dialog>
  );
}

function Reviewed({ row: { item } }: { readonly row: Row }): JSX.Element {
  const { call, thread } = item;
  return (
    <article class="card">
      <header>
        <code class="call-name">{visible(call.name)}</code>
        <span class="muted">{thread.title === undefined ? '' : visible(thread.title)}</span>
      </header>
      <WhyAsked call={call} />
      <ArgumentsView call={call} />
    </article>
  );
}

function Left({ left }: Pick<Together, 'left'>): JSX.Element {
  return (
    <>
      <h3>Left for a look of their own</h3>
      <ul class="review-left">
        {left.map(({ row, why }) => (
          <li key={row.name}>
            <code>{visible(row.item.call.name)}</code> {why}
          </li>
        ))}
      </ul>
    </>
  );
}
