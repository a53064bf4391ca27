/** A line of a diff: what it does, and its text without the sign. */
export interface DiffLine {
  readonly type: 'added' | 'removed' | 'same' | 'place';
  readonly text: string;
}

/** The lines of a unified diff; nothing for a text that is none. */
export function unifiedDiffLines(text: string): readonly DiffLine[] | undefined {
  if (!/^--- .*\n\+\+\+ /.test(text)) return undefined;
  let isHead = true;
  return text
    .trimEnd()
    .split('\n')
    .map((line, index) => {
      isHead &&= index < 2;
      return isHead || line.startsWith('@@') ? { type: 'place', text: line } : lineOf(line);
    });
}

function lineOf(line: string): DiffLine {
  const text = line.slice(1);
  if (line.startsWith('+')) return { type: 'added', text };
  if (line.startsWith('-')) return { type: 'removed', text };
  return line.startsWith(' ') ? { type: 'same', text } : { type: 'place', text: line };
}

/** So many comparisons are made; beyond, what changed is shown as replaced whole. */
const mostComparisons = 1_000_000;

/** How one text becomes another one, line by line. */
export function changedLines(before: string, after: string): readonly DiffLine[] {
  const [old, now] = [before.split('\n'), after.split('\n')];
  const most = Math.min(old.length, now.length);
  let start = 0;
  while (start < most && old[start] === now[start]) start += 1;
  let end = 0;
  while (end < most - start && old.at(-1 - end) === now.at(-1 - end)) end += 1;
  const middle = compared(old.slice(start, old.length - end), now.slice(start, now.length - end));
  return [...same(old.slice(0, start)), ...middle, ...same(old.slice(old.length - end))];
}

function compared(old: readonly string[], now: readonly string[]): readonly DiffLine[] {
  if (old.length * now.length > mostComparisons) return [...marked('removed', old), ...marked('added', now)];
  const common = commonLengths(old, now);
  const lines: DiffLine[] = [];
  let [from, to] = [0, 0];
  while (from < old.length || to < now.length) {
    if (from < old.length && to < now.length && old[from] === now[to]) {
      lines.push({ type: 'same', text: old[from]! });
      from += 1;
      to += 1;
    } else if (to >= now.length || (from < old.length && common(from + 1, to) >= common(from, to + 1))) {
      lines.push({ type: 'removed', text: old[from]! });
      from += 1;
    } else {
      lines.push({ type: 'added', text: now[to]! });
      to += 1;
    }
  }
  return lines;
}

/** How many lines the rests of two texts have in common, from each pair of places on. */
function commonLengths(old: readonly string[], now: readonly string[]): (from: number, to: number) => number {
  const width = now.length + 1;
  const table = new Uint32Array((old.length + 1) * width);
  for (let from = old.length - 1; from >= 0; from -= 1) {
    for (let to = now.length - 1; to >= 0; to -= 1) {
      const [below, right] = [table[(from + 1) * width + to]!, table[from * width + to + 1]!];
      table[from * width + to] =
        old[from] === now[to] ? table[(from + 1) * width + to + 1]! + 1 : Math.max(below, right);
    }
  }
  return (from, to) => table[from * width + to] ?? 0;
}

function same(lines: readonly string[]): readonly DiffLine[] {
  return marked('same', lines);
}

function marked(type: DiffLine['type'], lines: readonly string[]): readonly DiffLine[] {
  return lines.map((text) => ({ type, text }));
}
