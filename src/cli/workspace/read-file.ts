import type { FileHandle } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { tool, ToolError } from '../../chat/tool.ts';
import type { Tool } from '../../chat/tool.ts';
import { failure, quoted } from './failure.ts';
import { integer, object, optional, text } from './fields.ts';
import { placeAgain, verdictOnReading } from './folder.ts';
import type { Folder, Place } from './folder.ts';
import { withFile } from './pin.ts';
import { counted, sizeText } from './size.ts';
import { beginningOf, isBinary } from './text-file.ts';
import { walk } from './walk.ts';

/** Most characters that are given at once. */
const mostText = 100_000;

interface Wanted {
  readonly path: string;
  readonly from?: number;
  readonly lines?: number;
}

/** Reads a text file, or some lines of it. */
export function readFile(folder: Folder): Tool<Wanted, string, unknown> {
  return tool({
    title: 'Read a file',
    description:
      'Read a text file of the workspace: show what is in it, whole or some lines. A note tells what was cut.',
    input: object({
      path: text('Path of the file to read, relative to the workspace.'),
      from: optional(integer('Number of the first line to read. Default: 1.', { minimum: 1 })),
      lines: optional(integer('How many lines to read at most. Default: all.', { minimum: 1 })),
    }),
    effect: 'read',
    policy: ({ path }) => verdictOnReading(folder, path),
    run: async (wanted, { call, signal }) => {
      const place = await placeAgain(folder, wanted.path, call);
      if (place.kind === 'nothing')
        throw new ToolError(`${quoted(place.path)} is not there.${await hint(folder, place, signal)}`);
      refuseNoFile(place);
      return withFile(place.real, (handle) => readLines(handle, wanted, signal)).catch((error: unknown) => {
        throw failure(`${quoted(wanted.path)} cannot be read`, error);
      });
    },
  });
}

/** Most files that are looked at for one of that name. */
const mostLooked = 2_000;

/** Where a file of that name lies, whatever its folder or ending. What is hidden is not told. */
async function hint(folder: Folder, { path }: Place, signal: AbortSignal): Promise<string> {
  const stem = stemOf(path);
  const found: string[] = [];
  let looked = 0;
  for await (const entry of walk(folder, await folder.place('.'), signal).entries) {
    if (entry.kind === 'file' && stemOf(entry.path) === stem) found.push(quoted(entry.path));
    looked += 1;
    if (looked === mostLooked || found.length === 3) break;
  }
  return found.length === 0 ? '' : ` There is ${found.join(', ')}.`;
}

function stemOf(path: string): string {
  return basename(path, extname(path)).toLowerCase();
}

/** Throws `ToolError` for a place where no plain file lies. */
export function refuseNoFile({ path, kind }: Pick<Place, 'path' | 'kind'>): void {
  if (kind === 'nothing') throw new ToolError(`${quoted(path)} is not there.`);
  if (kind === 'folder') throw new ToolError(`${quoted(path)} is a folder, not a file.`);
  if (kind === 'other') throw new ToolError(`${quoted(path)} is not a plain file.`);
}

async function readLines(handle: FileHandle, wanted: Wanted, signal: AbortSignal): Promise<string> {
  const { size } = await handle.stat();
  if (isBinary(await beginningOf(handle, 8_000)))
    return `[${quoted(wanted.path)} is a binary file of ${sizeText(size)}; it is not shown]`;
  const { from = 1 } = wanted;
  const { text, next } = await take(handle, wanted, signal);
  if (next !== undefined && next <= from && text === '' && from > 1)
    throw new ToolError(`${quoted(wanted.path)} has no line ${from}: it has ${counted(next - 1, 'line')}.`);
  return text.length > mostText ? cut(text, from, size) : text + noteOnRest({ text, from, next, size });
}

interface Taken {
  readonly text: string;
  /** The first line that was not taken; absent when the file's end was reached within the wanted lines. */
  readonly next?: number | undefined;
}

/** Reads on until the wanted lines are there or too much is; a file of any size costs no more memory than that. */
async function take(handle: FileHandle, { from = 1, lines }: Wanted, signal: AbortSignal): Promise<Taken> {
  const end = lines === undefined ? Number.POSITIVE_INFINITY : from + lines;
  let line = 1;
  let text = '';
  let last = '';
  for await (const chunk of handle.createReadStream({ start: 0, encoding: 'utf8', autoClose: false, signal })) {
    const part = String(chunk);
    for (let at = 0; at < part.length;) {
      if (line >= end || text.length > mostText) return { text, next: line };
      const newline = part.indexOf('\n', at);
      const stop = newline < 0 ? part.length : newline + 1;
      if (line >= from) text += part.slice(at, stop);
      if (newline >= 0) line += 1;
      at = stop;
    }
    last = part;
  }
  const count = last === '' || last.endsWith('\n') ? line : line + 1;
  return text === '' ? { text, next: count } : { text };
}

/** Cut after a whole line, when there is one. */
function cut(text: string, from: number, size: number): string {
  const end = text.lastIndexOf('\n', mostText - 1) + 1;
  const of = `the file has ${sizeText(size)}`;
  if (end === 0) return `${text.slice(0, mostText)}\n[cut: line ${from} is longer than ${mostText} characters; ${of}]`;
  const shown = text.slice(0, end);
  const next = from + shown.split('\n').length - 1;
  return `${shown}[cut after line ${next - 1}; ${of}; read on with from: ${next}]`;
}

function noteOnRest({ text, from, next, size }: Taken & { readonly from: number; readonly size: number }): string {
  if (next === undefined || text === '') return '';
  return `[lines ${from} to ${next - 1} of a file of ${sizeText(size)}; read on with from: ${next}]`;
}
