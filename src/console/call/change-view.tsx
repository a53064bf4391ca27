import type { JSX } from 'preact';
import { visibleJson } from '../../wire/plain-text.ts';
import type { ValueChange } from '../form/value-change.ts';
import { changedLines } from './diff-lines.ts';
import { DiffView } from './diff-view.tsx';
import { UnfoldingContext } from './unfolded.ts';

/** What an edit changes: old and new side by side, texts of several lines line by line. Nothing of it is folded. */
export function ChangeView({ changes }: { readonly changes: readonly ValueChange[] }): JSX.Element {
  if (changes.length === 0) return <p class="muted">Nothing is changed yet.</p>;
  return (
    <UnfoldingContext.Provider value={whole}>
      <dl class="changes" aria-label="What you change">
        {changes.map((change) => (
          <div key={JSON.stringify(change.path)}>
            <dt>{nameOf(change)}</dt>
            <dd>
              <Change {...change} />
            </dd>
          </div>
        ))}
      </dl>
    </UnfoldingContext.Provider>
  );
}

const whole = { isOpen: true, open() {} };

function Change(change: ValueChange): JSX.Element {
  const { before, after } = change;
  if (typeof before === 'string' && typeof after === 'string' && /\n/.test(before + after)) {
    return <DiffView lines={changedLines(before, after)} label={`Change of ${nameOf(change)}`} />;
  }
  return (
    <>
      {'before' in change && <del>{visibleJson(before)}</del>} <span aria-hidden="true">→</span>{' '}
      {'after' in change ? <ins>{visibleJson(after)}</ins> : <em>left out</em>}
    </>
  );
}

function nameOf({ path }: ValueChange): string {
  return path.length === 0 ? 'All of it' : path.map((step) => visibleJson(step).slice(1, -1)).join(' › ');
}
