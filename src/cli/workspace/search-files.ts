import { createContext, Script } from 'node:vm';
import type { Context } from 'node:vm';
import { tool, ToolError } from '../../chat/tool.ts';
import type { Tool } from '../../chat/tool.ts';
import { failure, quoted } from './failure.ts';
import { object, optional, text } from './fields.ts';
import { placeAgain, verdictOnReading } from './folder.ts';
import type { Folder } from './folder.ts';
import { withFile } from './pin.ts';
import { counted } from './size.ts';
import { isBinary } from './text-file.ts';
import { walk } from './walk.ts';
import type { Entry } from './walk.ts';

const mostHits = 200;
const longestShown = 200;
const largestFile = 2_000_000;
/** Milliseconds for the whole search, and for all the work of a regular expression. */
const mostTime = 15_000;
const mostMatching = 2_000;

/** Searches the files of the folder. */
export function searchFiles(folder: Folder): Tool<{ readonly query: string; readonly path?: string }, string, unknown> {
  return tool({
    title: 'Search files',
    description:
      'Search the text of the files in the workspace and find the lines that hold some words. ' +
      'Each hit is file:line: text. Hidden files, likely keys and files that git ignores are not searched.',
    input: object({
      query: text('Words to search for, upper and lower case alike; or a regular expression as /pattern/flags.'),
      path: optional(text('Folder to search in, relative to the workspace. Default: the whole workspace.')),
    }),
    effect: 'read',
    policy: ({ path = '.' }) => verdictOnReading(folder, path),
    run: async ({ query, path = '.' }, { call, signal }) => {
      const matches = matcherFor(query);
      const place = await placeAgain(folder, path, call);
      if (place.kind === 'nothing') throw new ToolError(`${quoted(path)} is not there.`);
      const { entries, leftOut } = walk(folder, place, signal);
      const { hits, notes } = await search(entries, matches);
      const nothing = hits.length === 0 ? [`No line matches ${quoted(query)}.`] : [];
      return [...hits, ...nothing, ...notes, leftOut()].filter((line) => line !== undefined).join('\n');
    },
  });
}

/** Numbers of the lines that match, and where in the line. */
type Matcher = (lines: readonly string[]) => readonly (readonly [line: number, at: number])[];

interface Findings {
  readonly hits: readonly string[];
  readonly notes: readonly string[];
}

async function search(entries: AsyncIterable<Entry>, matches: Matcher): Promise<Findings> {
  const until = Date.now() + mostTime;
  const hits: string[] = [];
  let tooLarge = 0;
  let stopped: string | undefined;
  for await (const entry of entries) {
    if (entry.kind !== 'file') continue;
    if (entry.size > largestFile) tooLarge += 1;
    else hits.push(...(await hitsIn(entry, matches)));
    if (hits.length > mostHits)
      stopped = `[stopped after ${mostHits} hits; search for something rarer, or in one folder]`;
    else if (Date.now() > until) stopped = `[stopped after ${mostTime / 1_000} seconds; not all files were searched]`;
    if (stopped !== undefined) break;
  }
  const large = tooLarge > 0 ? [`[${counted(tooLarge, 'file')} above 2 MB not searched]`] : [];
  return { hits: hits.slice(0, mostHits), notes: [...(stopped === undefined ? [] : [stopped]), ...large] };
}

async function hitsIn({ path, real }: Entry, matches: Matcher): Promise<readonly string[]> {
  // A file that went away meanwhile, or may not be read, holds nothing for us.
  const bytes = await withFile(real, (handle) => handle.readFile()).catch(() => undefined);
  if (!bytes || isBinary(bytes)) return [];
  const lines = bytes.toString('utf8').split(/\r?\n/);
  const name = /\p{C}/u.test(path) ? quoted(path) : path;
  return matches(lines).map(([line, at]) => `${name}:${line + 1}: ${around(lines[line] ?? '', at)}`);
}

/** A long line is shown around what was found. */
function around(line: string, at: number): string {
  if (line.length <= longestShown) return line;
  const start = Math.max(0, Math.min(at - longestShown / 4, line.length - longestShown));
  const end = start + longestShown;
  return `${start > 0 ? '…' : ''}${line.slice(start, end)}${end < line.length ? '…' : ''}`;
}

function matcherFor(query: string): Matcher {
  if (query === '') throw new ToolError('The query is empty: say what to search for.');
  const [, source, flags = ''] = /^\/(.+)\/([a-z]*)$/s.exec(query) ?? [];
  if (source !== undefined) return expressionMatcher(source, flags.replaceAll(/[gy]/g, ''));
  const wanted = query.toLowerCase();
  return (lines) =>
    lines.flatMap((line, number) => {
      const at = line.toLowerCase().indexOf(wanted);
      return at < 0 ? [] : [[number, at] as const];
    });
}

/** Looks through all lines in a context of its own, which can be stopped in the middle of an expression. */
const script = new Script(`
  lines.flatMap((line, number) => {
    const at = line.search(new RegExp(source, flags));
    return at < 0 ? [] : [[number, at]];
  });
`);

function expressionMatcher(source: string, flags: string): Matcher {
  try {
    RegExp(source, flags);
  } catch (error) {
    throw new ToolError(`${quoted(`/${source}/${flags}`)} is not a regular expression.`, { cause: error });
  }
  // Only texts go in, and the script is ours: the expression is the one thing from outside.
  const context: Context = createContext({ source, flags });
  let left = mostMatching;
  return (lines) => {
    const start = Date.now();
    try {
      context['lines'] = lines;
      return script.runInContext(context, { timeout: Math.max(left, 1) });
    } catch (error) {
      if (left <= 0 || Date.now() - start >= left - 10)
        throw new ToolError(`/${source}/ takes too long: search for plain words, or a simpler expression.`);
      throw failure('The search failed', error);
    } finally {
      left -= Date.now() - start;
    }
  };
}
