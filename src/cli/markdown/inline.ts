/** How a piece of text is set off. */
export type Look = 'bold' | 'italic' | 'strikethrough' | 'code' | 'link' | 'address';

/** A piece of a line, with all that sets it off. */
export interface Piece {
  readonly text: string;
  readonly looks: readonly Look[];
}

/** What could be read of a line so far. */
export interface Inline {
  readonly pieces: readonly Piece[];
  /** What may still become something else, once more of it is there. */
  readonly rest: string;
}

/** After so many characters a mark that was not closed is a character as any other. */
const patience = 1_000;

/**
 * Reads bold, italic, struck out, code and links. As long as the line is not whole, what has been opened and not closed is
 * left as `rest`. `before` is the character before it.
 */
export function readInline(source: string, isWhole: boolean, before = ''): Inline {
  const pieces: Piece[] = [];
  let at = 0;
  while (at < source.length) {
    const previous = at === 0 ? before : source[at - 1]!;
    const one = readOne(source.slice(at), previous);
    // What closes at the end may turn out to be a longer run of marks, which closes nothing.
    const isUnsure =
      one === 'open' || (typeof one === 'object' && one.closes === true && at + one.length === source.length);
    const isOpen = isUnsure && !isWhole && source.length - at < patience;
    if (isOpen) return { pieces, rest: source.slice(at) };
    const { length, found } = typeof one === 'object' ? one : { length: 1, found: [plain(source[at]!)] };
    pieces.push(...found);
    at += length;
  }
  return { pieces, rest: '' };
}

interface Read {
  readonly length: number;
  /** It ends with a mark. */
  readonly closes?: boolean;
  readonly found: readonly Piece[];
}

/** What begins here; `open` when more has to come before that can be said, `none` when it is nothing special. */
function readOne(source: string, previous: string): Read | 'open' | 'none' {
  const words = /^[^\\`*_~[!]+/.exec(source)?.[0];
  if (words !== undefined) return { length: words.length, found: [plain(words)] };
  switch (source[0]) {
    case '\\':
      return readEscape(source);
    case '`':
      return readCode(source);
    case '[':
    case '!':
      return readLink(source);
    default:
      return readEmphasis(source, previous);
  }
}

function plain(text: string): Piece {
  return { text, looks: [] };
}

function readEscape(source: string): Read | 'open' | 'none' {
  if (source.length === 1) return 'open';
  return /^\\[!-/:-@[-`{-~]/.test(source) ? { length: 2, found: [plain(source[1]!)] } : 'none';
}

function readCode(source: string): Read | 'open' {
  const [mark = ''] = /^`+/.exec(source) ?? [];
  const end = endOfCode(source, mark);
  if (end === undefined) return 'open';
  const code = source.slice(mark.length, end - mark.length);
  const text = /^ .*[^ ].* $/.test(code) ? code.slice(1, -1) : code;
  return { length: end, closes: true, found: [{ text, looks: ['code'] }] };
}

/** Where a span of code ends that begins here. */
function endOfCode(source: string, mark: string): number | undefined {
  for (const { 0: run, index } of source.slice(mark.length).matchAll(/`+/g)) {
    if (run.length === mark.length) return mark.length + index + run.length;
  }
  return undefined;
}

/** A link is shown with its address: what leads elsewhere than it says must not hide that. */
function readLink(source: string): Read | 'open' | 'none' {
  if (source === '!') return 'open';
  const found = /^!?\[([^\]]*)\]\(<?([^()\s>]*(?:\([^()\s]*\)[^()\s>]*)?)>?(?:\s+["'][^"']*["'])?\)/.exec(source);
  if (found) {
    const [whole, label = '', address = ''] = found;
    const words = readInline(label, true).pieces.map(({ text, looks }) => linked(text, looks));
    const isSame = label === address || label === '';
    return {
      length: whole.length,
      found: [
        ...(isSame ? [] : [...words, plain(' ')]),
        { text: isSame ? address : `(${address})`, looks: ['address'] },
      ],
    };
  }
  return /^!?\[[^\]]*(?:\]|\]\([^()]*(?:\([^()]*(?:\)[^()]*)?)?)?$/.test(source) ? 'open' : 'none';
}

function linked(text: string, looks: readonly Look[]): Piece {
  return { text, looks: [...looks, 'link'] };
}

const marks: Readonly<Record<string, readonly Look[]>> = {
  '***': ['bold', 'italic'],
  ___: ['bold', 'italic'],
  '**': ['bold'],
  __: ['bold'],
  '*': ['italic'],
  _: ['italic'],
  '~~': ['strikethrough'],
};

function readEmphasis(source: string, previous: string): Read | 'open' | 'none' {
  const [mark = ''] = /^(?:\*+|_+|~+)/.exec(source) ?? [];
  if (mark.length === source.length) return 'open';
  const looks = marks[mark];
  const opens = !/^\s/.test(source.slice(mark.length)) && (mark[0] !== '_' || !isWord(previous));
  if (!looks || !opens) return { length: Math.max(1, mark.length), found: [plain(mark || source[0]!)] };
  const end = closing(source, mark);
  if (end === undefined) return 'open';
  const inner = readInline(source.slice(mark.length, end), true, mark).pieces;
  return {
    length: end + mark.length,
    closes: true,
    found: inner.map((piece) => ({ text: piece.text, looks: [...piece.looks, ...looks] })),
  };
}

/** Where the mark stands that closes what this one has opened; not inside of code. */
function closing(source: string, mark: string): number | undefined {
  let at = mark.length;
  while (at < source.length) {
    const rest = source.slice(at);
    const [run = ''] = /^(\*+|_+|~+|`+)/.exec(rest) ?? [];
    if (run === mark && closes(source, at, mark)) return at;
    if (rest.startsWith('\\')) at += 2;
    else if (run.startsWith('`')) at += endOfCode(rest, run) ?? run.length;
    else at += Math.max(1, run.length);
  }
  return undefined;
}

function closes(source: string, at: number, mark: string): boolean {
  return !/\s/.test(source[at - 1]!) && (mark[0] !== '_' || !isWord(source[at + mark.length] ?? ''));
}

function isWord(character: string): boolean {
  return /[\p{L}\p{N}]/u.test(character);
}
