/** A key that was pressed. */
export interface Key {
  /** Such as `up`, `return`, `escape` or `a`; `C-c` with Ctrl. */
  readonly name: string;
  /** What it writes; empty when it writes nothing. */
  readonly text: string;
}

/** As Node tells of a key. */
export interface Keypress {
  readonly name?: string | undefined;
  readonly ctrl?: boolean;
  readonly meta?: boolean;
  readonly sequence?: string;
}

/** A key as Node tells of it, by one name. */
export function keyOf(text: string | undefined, { name, ctrl = false, meta = false }: Keypress): Key {
  const isWriting = text !== undefined && !ctrl && !meta && /^\P{Cc}+$/u.test(text);
  if (isWriting) return { name: text === ' ' ? 'space' : text, text };
  const plain = name === 'enter' ? 'return' : (name ?? '');
  return { name: ctrl ? `C-${plain}` : meta && plain !== 'escape' ? `M-${plain}` : plain, text: '' };
}
