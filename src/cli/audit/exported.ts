import { open } from 'node:fs/promises';
import { ChatError } from '../../conversation/error.ts';
import type { ExportEnd } from '../../conversation/export-end.ts';
import { isObject } from '../../conversation/json.ts';
import type { AuditEntry, Trail, TrailEnd } from '../../store/audit/trail.ts';

/** What a file of an export holds. */
export interface Exported {
  readonly trails: readonly Trail[];
  /** What the last line says of them; missing when it is gone. */
  readonly end?: ExportEnd;
}

/** The trails in a file of lines of JSON, as an export writes them. Throws `ChatError` when a line is not one of an export. */
export async function exported(path: string): Promise<Exported> {
  const trails = new Map<string, { readonly entries: AuditEntry[]; end?: TrailEnd }>();
  const file = await open(path).catch((cause: unknown) => {
    throw new ChatError('invalid-request', `Reading ${path}: it cannot be opened.`, { cause });
  });
  let number = 0;
  let last: ExportEnd | undefined;
  for await (const text of file.readLines()) {
    number += 1;
    const line = lineIn(text);
    // Behind the last one nothing was exported.
    if (!line || last)
      throw new ChatError('invalid-request', `Reading ${path}: line ${number} is not one of an export, or cut off.`);
    if ('export' in line) {
      last = line.export;
      continue;
    }
    const name = JSON.stringify([line.tenant, line.thread]);
    const trail = trails.get(name) ?? { entries: [] };
    trails.set(name, trail);
    if ('end' in line) trail.end = line.end;
    else trail.entries.push(line);
  }
  return { trails: Array.from(trails, ([name, trail]) => ({ ...keyIn(name), ...trail })), ...(last && { end: last }) };
}

type Line =
  | AuditEntry
  | (Pick<Trail, 'tenant' | 'thread'> & { readonly end: TrailEnd })
  | { readonly export: ExportEnd };

/** What verifying finds out is not looked at here: only whose entry or end it is. */
function lineIn(text: string): Line | undefined {
  const value = parsed(text);
  if (isObject(value) && isObject(value['export'])) return value as unknown as Line;
  if (!isObject(value) || typeof value['tenant'] !== 'string' || typeof value['thread'] !== 'string') return undefined;
  const isOne = 'end' in value ? isObject(value['end']) : typeof value['place'] === 'number';
  return isOne ? (value as unknown as Line) : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function keyIn(name: string): Pick<Trail, 'tenant' | 'thread'> {
  const [tenant, thread] = JSON.parse(name) as [string, string];
  return { tenant, thread };
}
