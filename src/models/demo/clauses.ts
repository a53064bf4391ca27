import { contentMarker } from './text-phrases.ts';
import { mentionsIn, quotedPattern } from './mention.ts';
import type { Mention } from './mention.ts';

/** A part of a sentence that wishes one thing. */
export interface Piece {
  readonly text: string;
  /** True when it is said to come after the piece before. */
  readonly later: boolean;
}

/** What the splitting must know about a text. */
export interface Reading {
  /** Begins with a word that orders or asks. */
  wishes(text: string): boolean;
  /** A tool can be called with what the text says. */
  complete(text: string): boolean;
  /** Orders more than a look. */
  acts(text: string): boolean;
}

/** Splits a sentence into its wishes. What is no wish of its own stays with the one before. */
export function piecesOf(sentence: string, reading: Reading): readonly Piece[] {
  return wishesOf(sentence, reading).flatMap(eachFile);
}

function wishesOf(sentence: string, reading: Reading): readonly Piece[] {
  const pieces: Piece[] = [];
  for (const part of partsOf(sentence)) {
    const former = pieces.at(-1);
    if (former === undefined) {
      pieces.push({ text: part.text, later: false });
      continue;
    }
    const next = nextPiece(former, part, reading);
    if (next.joined) pieces[pieces.length - 1] = { ...former, text: next.text };
    else pieces.push({ text: next.text, later: /then|after|[.;\n]/i.test(part.separator) });
  }
  return pieces;
}

/** `read a.txt b.txt` is two wishes; `mv a.txt b.txt` is one. */
function eachFile(piece: Piece): readonly Piece[] {
  const files = mentionsIn(piece.text).filter(({ kind }) => kind === 'file');
  const [first] = files;
  const list = first === undefined ? '' : piece.text.slice(first.start).replace(/[.!?,;]+\s*$/, '');
  const bare =
    files.map(({ start, end }) => piece.text.slice(start, end)).join(' ') === list.replace(/\s+/g, ' ').trim();
  const apart = /^\s*(?:read|show|open|cat|print|view|delete|remove|rm|erase)\b/i.test(piece.text);
  if (first === undefined || files.length < 2 || !bare || !apart) return [piece];
  return files.map(({ start, end }) => ({
    ...piece,
    text: piece.text.slice(0, first.start) + piece.text.slice(start, end),
  }));
}

interface Part {
  readonly separator: string;
  readonly text: string;
}

const separators = String.raw`\s*(?:;|[,.]?\s+and\s+then\b|[,.]?\s+then\b,?|[,.]?\s+(?:and )?after(?: that|wards)\b,?|[.!?]+\s+|\s*\n+\s*(?:(?:[-*•]|\d+[.)])\s+)?|,?\s+but\b|,?\s+and\s+also\b|,?\s+and\b|,\s+|\s+&\s+|\s+as well as\b|\s+plus\b|\s+also\b)\s*`;

function partsOf(sentence: string): readonly Part[] {
  if (/^\s*(?:\$\s|`[^`]*`\s*$)/.test(sentence)) return [{ separator: '', text: sentence.trim() }];
  const parts: Part[] = [];
  let start = 0;
  let separator = '';
  for (const match of sentence.matchAll(new RegExp(`${quotedPattern}|${separators}`, 'giu'))) {
    if (/^["'`“]/.test(match[0])) continue;
    const text = sentence.slice(start, match.index);
    if (text.trim() !== '') parts.push({ separator, text });
    if (text.trim() !== '' || parts.length === 0) separator = match[0];
    start = match.index + match[0].length;
  }
  const tail = sentence.slice(start);
  if (tail.trim() !== '') return [...parts, { separator, text: tail }];
  const last = parts.at(-1);
  // A closing `;` may belong to code that shall be written.
  return last === undefined || separator.trim() !== ';'
    ? parts
    : [...parts.slice(0, -1), { ...last, text: `${last.text};` }];
}

interface NextPiece {
  readonly joined: boolean;
  readonly text: string;
}

function nextPiece(former: Piece, part: Part, reading: Reading): NextPiece {
  const whole = `${former.text}${part.separator}${part.text}`;
  const changed = changeIn(former.text, part.text);
  if (changed !== undefined) return { joined: true, text: changed };
  const free = isFreeText(former.text);
  if (reading.wishes(part.text) && !(free && !standsAlone(former, part, reading))) {
    const bare = /^\S+$/.test(part.text.trim()) && reading.acts(part.text);
    return bare ? { joined: true, text: whole } : { joined: false, text: part.text };
  }
  const inherited = inherit(former.text, part.text);
  if (inherited === undefined || (free && !contentMarker.test(part.text))) return { joined: true, text: whole };
  const lacking = !reading.complete(former.text) && !reading.complete(whole);
  const sensible = lacking
    ? /^\s*\S*[\d.]/.test(part.text)
    : reading.complete(inherited) && reading.complete(former.text);
  return sensible ? { joined: false, text: inherited } : { joined: true, text: whole };
}

/** `in a.txt` and `replace X with Y` are one wish. */
function changeIn(former: string, text: string): string | undefined {
  const file = /^(?:in|inside|edit|open|update|modify)\s+(?:the file )?(\S+)$/i.exec(former.trim())?.[1];
  const changes = /^(?:replace|change|swap|substitute)\b/i.test(text);
  return file !== undefined && changes ? `${text} in ${file}` : undefined;
}

/** The words behind `saying` go on until a new wish is plain: a verb with a named thing, or after `then`. */
function standsAlone(former: Piece, part: Part, reading: Reading): boolean {
  const said = part.text;
  if (/^(?:please\s+)?(?:do not|don[’']?t|never)\b/i.test(said)) return true;
  const named = mentionsIn(said).some(({ kind }) => kind === 'file' || kind === 'id' || kind === 'quoted');
  if (named)
    return (
      !/and|,|&/i.test(part.separator) ||
      /then|after/i.test(part.separator) ||
      !reading.acts(said) ||
      !ordersInside(former.text, reading)
    );
  if (/then|after/i.test(part.separator)) return reading.complete(said) || /\b(?:it|that|them|this)\b/.test(said);
  const closed = /["'`”]\s*$/.test(former.text);
  return closed || (reading.complete(said) && !reading.acts(said) && /\b(?:files?|folders?)\b/i.test(said));
}

/** "saying read a.txt" and "delete b.txt": the free text gives orders itself, and goes on doing so. */
function ordersInside(text: string, reading: Reading): boolean {
  const marker = contentMarker.exec(text);
  const said = marker === null ? '' : text.slice(marker.index + marker[0].length);
  return reading.wishes(said) || mentionsIn(said).some(({ kind }) => kind === 'file');
}

function isFreeText(text: string): boolean {
  const marker = contentMarker.exec(text);
  return marker !== null && !/^["'`“]/.test(text.slice(marker.index + marker[0].length));
}

/** `refund A-1` and `A-2` → `refund A-2`: the words before the first thing of the same kind. */
function inherit(former: string, text: string): string | undefined {
  const head = mentionsIn(text).find(({ start }) =>
    /^\s*(?:(?:the|in|for|about|another|one|an?|file|new|called|named)\s+)*$/i.test(text.slice(0, start)),
  );
  const mention = head ?? wordAt(text);
  if (mention === undefined) return undefined;
  const same = mentionsIn(former).find(({ kind }) => kind === mention.kind) ?? sameWord(former, mention);
  return same === undefined ? undefined : former.slice(0, same.start) + text.slice(mention.start).trim();
}

function wordAt(text: string): Mention | undefined {
  const word = /^\s*(\p{L}[\p{L}\p{N}_-]*)/u.exec(text)?.[1];
  if (word === undefined) return undefined;
  const start = text.indexOf(word);
  const kind = /^\p{Lu}\p{Ll}/u.test(word) ? 'name' : 'quoted';
  return { kind, value: word, start, end: start + word.length };
}

/** `search for foo` and `bar`; `run npm ci` and `npm test`. */
function sameWord(former: string, mention: Mention): Mention | undefined {
  if (mention.kind === 'quoted' && /^run\s/i.test(former)) {
    const program = /^run\s+(\S+)/i.exec(former)?.[1];
    return program === mention.value ? { ...mention, start: former.indexOf(program) } : undefined;
  }
  const sought = /\b(?:search|look|grep|find)(?:\s+for)?\s+(\S+)$/i.exec(former)?.[1];
  return sought === undefined ? undefined : { ...mention, start: former.lastIndexOf(sought) };
}
