import type { JSX } from 'preact';
import { useContext } from 'preact/hooks';
import { count, visibleLines } from '../../wire/plain-text.ts';
import type { DiffLine } from './diff-lines.ts';
import { shown } from './folding.ts';
import { FoldedHere } from './text-view.tsx';
import { UnfoldingContext } from './unfolded.ts';

/** A change is read more easily than a text: so many lines of it are shown before it is folded. */
const mostLines = 40;

/** A change line by line, as data. */
export function DiffView({
  lines,
  label,
}: {
  readonly lines: readonly DiffLine[];
  readonly label: string;
}): JSX.Element {
  const { isOpen } = useContext(UnfoldingContext);
  const isWhole = isOpen || !isLongDiff(lines);
  return (
    <figure class="diff" aria-label={label}>
      <pre tabIndex={0}>
        {(isWhole ? lines : lines.slice(0, mostLines)).map((line, index) => (
          <Line key={index} type={line.type} text={isWhole ? line.text : line.text.slice(0, shown.characters)} />
        ))}
      </pre>
      {!isWhole && <FoldedHere size={count(lines.length, 'line')} />}
    </figure>
  );
}

/** Whether a change is folded at first. */
export function isLongDiff(lines: readonly DiffLine[]): boolean {
  return lines.length > mostLines || lines.some(({ text }) => text.length > shown.characters);
}

function Line({ type, text }: DiffLine): JSX.Element {
  const words = `${visibleLines(text)}\n`;
  switch (type) {
    case 'added':
      return <ins data-sign="+">{words}</ins>;
    case 'removed':
      return <del data-sign="-">{words}</del>;
    case 'place':
      return <span class="place">{words}</span>;
    case 'same':
      return <span data-sign=" ">{words}</span>;
  }
}
