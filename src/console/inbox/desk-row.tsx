import type { JSX } from 'preact';
import { demandsOn } from '../../conversation/addressee.ts';
import { clip, visible } from '../../wire/plain-text.ts';
import { inputOf } from '../call/input.ts';
import { isDangerous } from '../call/shown-call.ts';
import { standingWords } from '../call/standing.ts';
import { summaryOf } from '../call/summary.ts';
import { fragmentOf, go } from '../shell/place.ts';
import { Ago, Left } from '../time-text.tsx';
import { outcomeOf } from './outcome.ts';
import { chosenIn } from './row.ts';
import type { Row } from './row.ts';

interface DeskRowProps {
  readonly row: Row;
  readonly view: 'inbox' | 'doubt';
  readonly isChosen: boolean;
  /** The answer that it belongs to stands above it. */
  readonly isInGroup: boolean;
  readonly isMarked: boolean;
  /** Absent: it cannot be marked. */
  readonly onMark?: (name: string) => void;
}

/** A call that waits, on a few lines. */
export function DeskRow({ row, view, isChosen, isInGroup, isMarked, onMark }: DeskRowProps): JSX.Element {
  const { call, thread, since } = row.item;
  const chosen = chosenIn(row);
  const name = visible(call.name);
  const looks = ['desk-row', isInGroup && 'in-group', row.isGone && 'gone', isMarked && 'marked'];
  return (
    <div class={looks.filter(Boolean).join(' ')}>
      {onMark && (
        <label class="mark">
          <input
            type="checkbox"
            checked={isMarked}
            disabled={row.isGone}
            onChange={() => onMark(row.name)}
            aria-label={`Mark ${name}`}
          />
        </label>
      )}
      <a
        href={fragmentOf({ view, chosen })}
        aria-current={isChosen ? 'true' : undefined}
        onClick={(event) => {
          if (event.ctrlKey || event.metaKey || event.shiftKey) return;
          event.preventDefault();
          go({ view, chosen });
        }}
      >
        <span class="desk-row-head">
          <code>{clip(name, 60)}</code>
          <Risks row={row} />
          <span class="age">{row.isGone ? null : <Ago at={since} />}</span>
        </span>
        <span class="desk-row-summary">{summaryOf(inputOf(call), 160)}</span>
        <span class="desk-row-foot muted">
          {row.isGone ? outcomeOf(row) : <Where row={row} hasThread={!isInGroup} title={thread.title} />}
        </span>
      </a>
    </div>
  );
}

function Risks({ row }: { readonly row: Row }): JSX.Element | null {
  const { call } = row.item;
  const risks = [...new Set(demandsOn(call).flatMap(({ risk }) => risk ?? []))];
  if (risks.length === 0) return isDangerous(call) ? <span class="risk">once</span> : null;
  return (
    <>
      {risks.map((risk) => (
        <span key={risk} class="risk">
          {clip(visible(risk), 24)}
        </span>
      ))}
    </>
  );
}

interface WhereProps {
  readonly row: Row;
  readonly hasThread: boolean;
  readonly title: string | undefined;
}

function Where({ row, hasThread, title }: WhereProps): JSX.Element {
  const { call, thread } = row.item;
  const times = demandsOn(call).flatMap(({ expiresAt }) => expiresAt ?? []);
  return (
    <>
      {hasThread && <span class="desk-row-thread">{title === undefined ? 'Untitled thread' : visible(title)}</span>}
      {hasThread && thread.owner !== undefined && <span>{visible(thread.owner)}</span>}
      {call.state !== 'awaiting-approval' && <span>{standingWords(call).words}</span>}
      {times.length > 0 && (
        <span class="left">
          <Left until={Math.min(...times)} />
        </span>
      )}
    </>
  );
}
