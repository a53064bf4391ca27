/** A thing named in a sentence: a file, an id, a number, something in quotes. */
export interface Mention {
  readonly kind: MentionKind;
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

export type MentionKind = 'quoted' | 'url' | 'email' | 'file' | 'id' | 'number' | 'name';

/** Something in quotes; an apostrophe inside a word opens none. */
export const quotedPattern: string = String.raw`"[^"]*"|\x60[^\x60]*\x60|“[^”]*”|(?<![\p{L}\p{N}])'[^']*'(?![\p{L}\p{N}])`;

/** All that a sentence names, in its order. */
export function mentionsIn(text: string): readonly Mention[] {
  const found: Mention[] = [];
  for (const match of text.matchAll(new RegExp(`${quotedPattern}|\\S+`, 'gu'))) {
    const mention = mentionOf(match[0], match.index);
    if (mention !== undefined) found.push(mention);
  }
  return found;
}

/** The files that a sentence names. */
export function filesIn(text: string): readonly string[] {
  return mentionsIn(text)
    .filter((mention) => mention.kind === 'file')
    .map((mention) => mention.value);
}

/** True when the word looks like a path or a file name: `notes.txt`, `src/a.ts`, `.env`, `Makefile`. */
export function isFile(word: string): boolean {
  if (word.includes('://') || isEmail(word) || /[*?<>|"]/.test(word)) return false;
  if (/^(?:Makefile|Dockerfile|LICENSE|README|CHANGELOG|Gemfile|Procfile)$/.test(word)) return true;
  if (/^(?:\.{1,2}|~)?\/[\w.@-]/.test(word) && word.length > 2) return true;
  if (/^[\w.@-]+(?:\/[\w.@-]+)+\/?$/.test(word))
    return !/^(?:and\/or|he\/she|n\/a|w\/o|i\/o|either\/or|[\d/.-]+)$/i.test(word);
  if (/^[\w@-]+\/$/.test(word) || /^\.[a-z][\w-]+(?:\.\w+)*$/i.test(word)) return true;
  return isFileName(word);
}

/** `notes.txt` yes; `e.g`, `3.5`, `example.com` no. */
function isFileName(word: string): boolean {
  if (!/^[\p{L}\p{N}_@-][\p{L}\p{N}_.@-]*\.[A-Za-z][A-Za-z0-9]{0,7}$/u.test(word)) return false;
  return !/\.(?:com|org|net|io|dev|ai)$/i.test(word) && !/^(?:e\.g|i\.e|a\.m|p\.m|u\.s|etc\.)/i.test(word);
}

export function isEmail(word: string): boolean {
  return /^[^\s@]+@[^\s@]+\.\w+$/.test(word);
}

/** `A-17`, `ORD-2024-1`, `#123`, `A17`. */
export function isId(word: string): boolean {
  return /^(?:#\w*\d\w*|[A-Za-z]{1,8}[-_]\d[\w-]*|[A-Z]{1,4}\d[\w-]*|[0-9a-f]{8}-[0-9a-f-]{20,})$/.test(word);
}

/** Takes the quotes away, when there are any. */
export function unquoted(text: string): string {
  const quotes = ['""', "''", '``', '“”'];
  return quotes.some(([open, close]) => text.length > 1 && text.startsWith(open!) && text.endsWith(close!))
    ? text.slice(1, -1)
    : text;
}

function mentionOf(token: string, index: number): Mention | undefined {
  const inner = unquoted(token);
  if (inner !== token) {
    const end = index + token.length;
    return { kind: isFileTitle(inner) ? 'file' : 'quoted', value: inner, start: index, end };
  }
  const lead = /^[([{]*/.exec(token)?.[0].length ?? 0;
  const word = token.slice(lead).replace(/[,.;:!?)\]}]+$/, '');
  const kind = kindOf(word, index);
  return kind && { kind, value: word, start: index + lead, end: index + lead + word.length };
}

/** In quotes a file name may hold spaces. */
function isFileTitle(text: string): boolean {
  return isFile(text) || (/^[\w .-]{1,60}\.[A-Za-z]\w{1,4}$/.test(text) && !text.includes('. '));
}

function kindOf(word: string, index: number): MentionKind | undefined {
  if (/^https?:\/\/\S+$/.test(word)) return 'url';
  if (isEmail(word)) return 'email';
  if (isFile(word)) return 'file';
  if (isId(word)) return 'id';
  if (/^[$€£]?-?\d[\d,.]*(?:[$€£%]|k|am|pm)?$/i.test(word)) return 'number';
  return index > 0 && /^\p{Lu}[\p{L}-]+$/u.test(word) ? 'name' : undefined;
}
