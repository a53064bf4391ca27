import type { JSX } from 'preact';
import type { AuditEntry } from '../../client/views.ts';
import { visible } from '../../wire/plain-text.ts';
import { Ago } from '../time-text.tsx';
import { EntryDetails } from './entry-details.tsx';
import { wordsOf } from './words.ts';

interface EntryRowProps {
  readonly entry: AuditEntry;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}

/** A decision on one line: who, what, about which tool, when; what else is known of it behind a click. */
export function EntryRow({ entry, isOpen, onToggle }: EntryRowProps): JSX.Element {
  const { decided, thread, place, at } = entry;
  const { words, tone } = wordsOf(entry);
  const id = `entry-${thread}-${place}`;
  return (
    <article class="entry-row">
      <button type="button" class="entry-line" aria-expanded={isOpen} aria-controls={id} onClick={onToggle}>
        <span class="icon icon-open" aria-hidden="true" />
        <span class={`entry-words words-${tone}`}>{words}</span>
        <code class="entry-tool">{decided ? visible(decided.name) : '—'}</code>
        <span class="entry-who">{whoOf(entry)}</span>
        <span class="entry-when muted">
          <Ago at={decided?.at ?? at} />
        </span>
      </button>
      {isOpen && <EntryDetails id={id} entry={entry} />}
    </article>
  );
}

function whoOf({ decided }: AuditEntry): string {
  if (!decided) return 'erased with its thread';
  return decided.by === undefined ? 'nobody named' : visible(decided.by);
}
