import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { count, visible } from '../../wire/plain-text.ts';
import { VirtualList } from '../list/virtual-list.tsx';
import { sentenceOf } from '../sentence.ts';
import { useMe, useSession } from '../session.ts';
import { useKeys } from '../shell/keys.ts';
import { fragmentOf } from '../shell/place.ts';
import { useLive } from '../use-live.ts';
import { AuditEmpty } from './audit-empty.tsx';
import { ChainAnswer, useChainCheck } from './chain-check.tsx';
import { EntryRow } from './entry-row.tsx';
import { linesOf, save } from './export.ts';
import { FilterBar } from './filter-bar.tsx';
import { filtered, isOpen, noFilter } from './filter.ts';
import type { Filter } from './filter.ts';
import { nameOf, useTrail } from './trail.ts';
import type { TrailState } from './trail.ts';

/** Who decided what, when, having seen what: in all threads, or in one. */
export function AuditView({ thread }: { readonly thread: string | undefined }): JSX.Element {
  const { scopes } = useMe();
  if (scopes.includes('manage')) return <Trail thread={thread} hears={scopes.includes('decide')} />;
  return (
    <section class="audit" aria-label="Audit">
      <AuditEmpty why="forbidden" />
    </section>
  );
}

interface TrailProps {
  readonly thread: string | undefined;
  /** Whether the page hears of what is decided. */
  readonly hears: boolean;
}

function Trail({ thread, hears }: TrailProps): JSX.Element {
  const trail = useTrail(thread);
  const [filter, setFilter] = useState<Filter>(noFilter);
  const items = useMemo(() => filtered(trail.entries, filter), [trail.entries, filter]);
  const chain = useChainCheck(thread);
  return (
    <section class="audit" aria-labelledby="audit-title">
      {hears && <News onNews={trail.readOn} />}
      <header class="audit-head">
        <h1 id="audit-title">Audit</h1>
        <p class="muted" role="status">
          {stateOf(trail, items.length)}
        </p>
        <button type="button" disabled={chain.isChecking} onClick={chain.check}>
          Verify
        </button>
        <button
          type="button"
          disabled={items.length === 0}
          onClick={() => save(linesOf(items), `audit-${new Date().toISOString().slice(0, 10)}.jsonl`)}
        >
          Export
        </button>
      </header>
      <ChainAnswer {...chain} />
      {thread !== undefined && (
        <p class="audit-thread">
          Only thread <code>{visible(thread)}</code>. <a href={fragmentOf({ view: 'audit' })}>Show all threads</a>
        </p>
      )}
      {trail.error !== undefined && (
        <p class="bar bar-closed" role="alert">
          {sentenceOf(trail.error)}
          <button type="button" onClick={trail.readOn}>
            Read again
          </button>
        </p>
      )}
      {trail.entries.length > 0 && <FilterBar entries={trail.entries} filter={filter} onFilter={setFilter} />}
      <Entries items={items} why={trail.isReading ? 'reading' : isOpen(filter) ? 'none' : 'filtered'} />
    </section>
  );
}

interface EntriesProps {
  readonly items: TrailState['entries'];
  /** Why there are none, where there are none. */
  readonly why: 'reading' | 'none' | 'filtered';
}

function Entries({ items, why }: EntriesProps): JSX.Element {
  const [opened, setOpened] = useState<string>();
  const step = (by: number): void => {
    const at = items.findIndex((entry) => nameOf(entry) === opened);
    const next = items[Math.min(items.length - 1, Math.max(0, at + by))];
    if (next) setOpened(nameOf(next));
  };
  useKeys([
    { key: 'j', does: 'open the next decision', run: () => step(1) },
    { key: 'k', does: 'open the one before', run: () => step(-1) },
    { key: 'Escape', does: 'close it', run: () => setOpened(undefined), isOn: opened !== undefined },
  ]);
  if (items.length === 0) return <AuditEmpty why={why} />;
  return (
    <VirtualList
      items={items}
      keyOf={nameOf}
      label="Decisions, the newest first"
      estimate={48}
      shown={opened}
      render={(entry) => (
        <EntryRow
          entry={entry}
          isOpen={nameOf(entry) === opened}
          onToggle={() => setOpened(nameOf(entry) === opened ? undefined : nameOf(entry))}
        />
      )}
    />
  );
}

/** Whoever decides is often the one who looks: what waits changes with what was decided. */
function News({ onNews }: { readonly onNews: () => void }): null {
  const { items } = useLive(useSession().inbox);
  useEffect(() => {
    const timer = setTimeout(onNews, 300);
    return () => clearTimeout(timer);
  }, [items]);
  return null;
}

function stateOf({ entries, isReading }: TrailState, shown: number): string {
  const all = count(entries.length, 'decision');
  if (isReading) return entries.length === 0 ? 'Reading…' : `${all}, reading on…`;
  return shown === entries.length ? `${all}, the newest first` : `${shown.toLocaleString('en-US')} of ${all}`;
}
