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
import { ExportButton } from './export-button.tsx';
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
  const chain = useChainCheck(thread);
  const { reader, entries } = trail;
  const isFiltered = !isOpen(filter);
  const items = useMemo(() => filtered(entries, filter), [entries, filter]);
  const again = async (): Promise<void> => {
    await reader.readNews();
    await reader.readOlder(isFiltered ? Infinity : 1);
  };
  // What fits may be anywhere.
  useEffect(() => void reader.readOlder(isFiltered ? Infinity : 0), [reader, isFiltered]);
  return (
    <section class="audit" aria-labelledby="audit-title">
      {hears && <News onNews={() => void reader.readNews()} />}
      <header class="audit-head">
        <h1 id="audit-title">Audit</h1>
        <p class="muted" role="status">
          {stateOf(trail, { shown: items.length, isFiltered })}
        </p>
        <button type="button" disabled={chain.isChecking} onClick={chain.check}>
          Verify
        </button>
        <ExportButton {...{ thread, items, isFiltered }} isReading={trail.isReading} />
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
          <button type="button" onClick={() => void again()}>
            Read again
          </button>
        </p>
      )}
      {entries.length > 0 && <FilterBar {...{ entries, filter }} onFilter={setFilter} />}
      <Entries
        items={items}
        why={trail.isReading ? 'reading' : isFiltered ? 'filtered' : 'none'}
        onEnd={() => trail.error === undefined && !isFiltered && void reader.readOlder()}
      />
    </section>
  );
}

interface EntriesProps {
  readonly items: TrailState['entries'];
  /** Why there are none, where there are none. */
  readonly why: 'reading' | 'none' | 'filtered';
  /** The oldest that was read is nearly looked at. */
  readonly onEnd: () => void;
}

function Entries({ items, why, onEnd }: EntriesProps): JSX.Element {
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
      onEnd={onEnd}
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

function stateOf({ entries, isReading, isMore }: TrailState, { shown, isFiltered }: Shown): string {
  if (entries.length === 0) return isReading ? 'Reading…' : '';
  const all = count(entries.length, 'decision');
  if (isFiltered) return `${shown.toLocaleString('en-US')} of ${all}${isMore && isReading ? ', reading on…' : ''}`;
  return isMore ? `The newest ${all}` : `${all}, the newest first`;
}

interface Shown {
  readonly shown: number;
  readonly isFiltered: boolean;
}
