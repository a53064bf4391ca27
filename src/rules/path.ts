import { isAbsolute, resolve, sep } from 'node:path';
import { all, certainly, some } from './truth.ts';
import type { Reading, Truth } from './truth.ts';
import { fits, folded, isWild } from './wildcard.ts';

/** Where relative paths begin, and how links are followed. */
export interface Place {
  readonly root: string;
  /** A path free of links, in the order in which the system follows them; nothing when that cannot be told. */
  readonly realPath: (path: string) => string | undefined;
}

/** A matcher for a path in an input. Throws when the pattern is none. */
export function pathMatcher(pattern: string, place: Place, reading: Reading): (value: unknown) => Truth {
  const written = absolute(pattern, place);
  const prefix = fixedPart(written);
  const real = place.realPath(pathOf(prefix));
  if (reading === 'narrow') {
    // Links in what is allowed would let whoever makes a link say what is allowed.
    if (real === undefined || namesOf(real).join('/') !== prefix.join('/')) {
      throw new Error(`${JSON.stringify(pattern)} leads through a link; write the path that it leads to`);
    }
    return (value) => narrow(value, written, place);
  }
  const patterns = [written];
  if (real !== undefined) patterns.push([...namesOf(real), ...written.slice(prefix.length)]);
  return (value) => wide(value, patterns, place);
}

/** What keeps a text from being a path that is read alike everywhere, if anything does. */
export function isDubious(path: string): boolean {
  return path === '' || dubious.test(path) || [...path].some((one) => one >= '\ud800' && one <= '\udfff');
}

// Characters that do not show; what a shell or a tool may expand (`~`, `$HOME`, `*`, `[a]`, `{a,b}`, `@(a|b)`, `!a`, `%2e`);
// separators of other systems, schemes and streams (`file:`, `a.txt::$DATA`); names that Windows shortens or strips
// (`SECRET~1`, `a.`); files of a Mac by their numbers (`/.vol/1/2`).
const dubious =
  /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}*?{}[\]$`%]|[+@!]\(|^!|^\/+\.vol(?:\/|$)|^\s|\s$|^~|~\d|\s(?:\/|$)|[^./]\.+(?:\/|$)|(?:^|\/)\.{3,}(?:\/|$)/u;
const foreign = sep === '\\' ? /^(?![A-Za-z]:).*:|^..+:/ : /[\\:]/;

/** What it certainly touches must fit, however its links are followed. */
function narrow(value: unknown, pattern: readonly string[], place: Place): Truth {
  const paths = realPathsOf(value, place);
  if (!paths) return 'unknown';
  return all(paths.map((path) => certainly(fitsPath(path, pattern, matchesExactly))));
}

/** What it may touch: as it is written, or as it is. A folder above what is meant may hold it. */
function wide(value: unknown, patterns: readonly (readonly string[])[], place: Place): Truth {
  const real = realPathsOf(value, place);
  if (!real || typeof value !== 'string') return 'unknown';
  const paths = [...real, namesOf(resolve(place.root, value))];
  return some(
    paths.flatMap((path) =>
      patterns.map((pattern) => {
        if (fitsPath(path, pattern, matchesWidely)) return 'yes';
        return isAbove(path, fixedPart(pattern)) ? 'unknown' : 'no';
      }),
    ),
  );
}

/** Normalised first, and link by link: tools differ in that, where a path goes up again. */
function realPathsOf(value: unknown, { root, realPath }: Place): readonly (readonly string[])[] | undefined {
  if (typeof value !== 'string' || isDubious(value) || foreign.test(value)) return undefined;
  const whole = isAbsolute(value) ? value : `${root}${sep}${value}`;
  const ways = [realPath(resolve(whole)), realPath(whole)];
  return ways.every((way) => way !== undefined) ? ways.map(namesOf) : undefined;
}

type MatchesName = (name: string, pattern: string) => boolean;

function fitsPath(names: readonly string[], pattern: readonly string[], matches: MatchesName): boolean {
  // Which beginnings of the pattern fit the names so far; one pass, whatever the number of `**`.
  let open = reach(new Set([0]), pattern);
  for (const name of names) {
    const next = new Set<number>();
    for (const at of open) {
      const sign = pattern[at];
      if (sign === undefined || !matches(name, sign)) continue;
      next.add(sign === '**' ? at : at + 1);
    }
    open = reach(next, pattern);
  }
  return open.has(pattern.length);
}

/** `**` may stand for no folder at all. */
function reach(open: Set<number>, pattern: readonly string[]): Set<number> {
  for (const at of open) if (pattern[at] === '**') open.add(at + 1);
  return open;
}

/** A hidden name is allowed only by a pattern that says so: `.env` and `.git` are seldom meant by `*`. */
function matchesExactly(name: string, pattern: string): boolean {
  if (name.startsWith('.') && !pattern.startsWith('.')) return false;
  return fits(name, pattern);
}

function matchesWidely(name: string, pattern: string): boolean {
  return fits(folded(name), folded(pattern));
}

function isAbove(path: readonly string[], fixed: readonly string[]): boolean {
  return path.length < fixed.length && path.every((name, index) => folded(name) === folded(fixed[index]!));
}

function absolute(pattern: string, { root }: Place): readonly string[] {
  if (/[[\]{}]/.test(pattern)) {
    throw new Error(`${JSON.stringify(pattern)} holds brackets, which mean nothing here; give a list of paths`);
  }
  const plain = pattern.replaceAll('*', 'x').replaceAll('?', 'x');
  if (isDubious(plain) || foreign.test(plain)) throw new Error(`${JSON.stringify(pattern)} is not a plain path`);
  if (/\*[^/]*(?:\/[^/]*)*\/\.\.(?:\/|$)/.test(pattern)) {
    throw new Error(`${JSON.stringify(pattern)} goes up behind a star`);
  }
  const names = namesOf(resolve(root, pattern));
  if (names.some((name) => name !== '**' && name.includes('**'))) {
    throw new Error(`${JSON.stringify(pattern)} has "**" inside of a name`);
  }
  return names;
}

/** What stands before the first star. */
function fixedPart(pattern: readonly string[]): readonly string[] {
  const wild = pattern.findIndex(isWild);
  return wild < 0 ? pattern : pattern.slice(0, wild);
}

function pathOf(names: readonly string[]): string {
  return sep === '\\' ? `${names.join(sep)}${sep}` : `/${names.join('/')}`;
}

/** The names of a path that is whole; on Windows the drive is the first. */
function namesOf(path: string): readonly string[] {
  return (sep === '\\' ? path.replaceAll('\\', '/') : path).split('/').filter((name) => name !== '');
}
