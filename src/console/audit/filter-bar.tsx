import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { useKeys } from '../shell/keys.ts';
import { decisionsIn } from './filter.ts';
import type { Filter } from './filter.ts';
import type { AuditEntry } from '../../client/views.ts';

interface FilterBarProps {
  readonly entries: readonly AuditEntry[];
  readonly filter: Filter;
  readonly onFilter: (filter: Filter) => void;
}

/** Says which decisions are looked at. */
export function FilterBar({ entries, filter, onFilter }: FilterBarProps): JSX.Element {
  const box = useRef<HTMLInputElement>(null);
  useKeys([{ key: '/', does: 'filter the decisions', run: () => box.current?.focus() }]);
  return (
    <search class="audit-filter">
      <input
        ref={box}
        type="search"
        aria-label="Filter by person, tool, thread or reason"
        placeholder="Person, tool, thread or reason"
        value={filter.words}
        onInput={({ currentTarget }) => onFilter({ ...filter, words: currentTarget.value })}
      />
      <select
        aria-label="Decision"
        value={filter.decision}
        onChange={({ currentTarget }) => onFilter({ ...filter, decision: currentTarget.value })}
      >
        <option value="">Every decision</option>
        {decisionsIn(entries).map((words) => (
          <option key={words}>{words}</option>
        ))}
      </select>
    </search>
  );
}
