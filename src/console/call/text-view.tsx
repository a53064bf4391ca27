import type { JSX } from 'preact';
import { useContext } from 'preact/hooks';
import { fold, sizeOf, visibleLines } from '../../wire/plain-text.ts';
import { isLong, shown } from './folding.ts';
import { UnfoldingContext } from './unfolded.ts';

/** A text as data: all of it, or its beginning and how long it is. */
export function TextView({ text }: { readonly text: string }): JSX.Element {
  const { isOpen } = useContext(UnfoldingContext);
  const isWhole = isOpen || !isLong(text);
  const lines = isWhole ? text : fold(text, shown.lines, shown.characters).lines.join('\n');
  const isBlock = isLong(text) || text.includes('\n');
  return (
    <>
      {isBlock ? <pre class="lines">{visibleLines(lines)}</pre> : <span class="text">{visibleLines(lines)}</span>}
      {!isWhole && <FoldedHere size={sizeOf(text)} />}
    </>
  );
}

/** That there is more, how much, and what shows it. */
export function FoldedHere({ size }: { readonly size: string }): JSX.Element {
  const { open } = useContext(UnfoldingContext);
  return (
    <p class="folded">
      Folded here: {size} in all.{' '}
      <button type="button" class="quiet" onClick={open}>
        Show all
      </button>
    </p>
  );
}
