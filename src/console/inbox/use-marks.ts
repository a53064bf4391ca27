import { useState } from 'preact/hooks';
import type { Row } from './row.ts';

/** Calls that are marked, to be decided about at once. */
export interface Marks {
  readonly names: ReadonlySet<string>;
  /** The rows of those names, as they are now. */
  readonly rows: readonly Row[];
  /** Marks them; takes the marks away where all of them have one. */
  readonly toggle: (names: readonly string[]) => void;
  readonly drop: (names: readonly string[]) => void;
  readonly clear: () => void;
}

/** Marks on rows; what is not there has none. */
export function useMarks(all: readonly Row[]): Marks {
  const [marked, setMarked] = useState<ReadonlySet<string>>(new Set());
  const rows = all.filter(({ name, isGone }) => marked.has(name) && !isGone);
  const drop = (names: readonly string[]): void =>
    setMarked((now) => new Set([...now].filter((name) => !names.includes(name))));
  return {
    names: new Set(rows.map(({ name }) => name)),
    rows,
    toggle(names) {
      if (names.every((name) => marked.has(name))) drop(names);
      else setMarked((now) => new Set([...now, ...names]));
    },
    drop,
    clear: () => setMarked(new Set()),
  };
}
