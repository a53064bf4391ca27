import { realpathSync } from 'node:fs';
import { lstat, realpath } from 'node:fs/promises';
import type { Stats } from 'node:fs';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { ToolError } from '../../chat/tool.ts';
import type { Verdict } from '../../chat/policy.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import { codeOf, failure, quoted } from './failure.ts';
import { ignoredIn } from './ignore.ts';
import { concernOfNames } from './secret.ts';
import type { Concern } from './secret.ts';

/** The one folder in which the tools work. */
export interface Folder {
  /** Absolute, free of links. */
  readonly root: string;
  /** Where a path leads. Throws `ToolError` for one that leaves the folder, also through links, and for what is off limits. */
  place(path: string): Promise<Place>;
  /** Whether a file (absolute, free of links) belongs to the program itself: the talk that it keeps, and what lies beside that. */
  isOffLimits(real: string): boolean;
}

/** Where a path leads, all links followed. */
export interface Place {
  /** As it was asked for: relative to the folder, with `/`, `.` for the folder itself. */
  readonly path: string;
  /** Absolute, free of links; also for what is not there yet. */
  readonly real: string;
  readonly kind: 'file' | 'folder' | 'other' | 'nothing';
  /** The path itself is a link to what lies there. */
  readonly isLink: boolean;
  readonly concern?: Concern;
}

/** What may lie beside a file that keeps conversations, and is part of it: a text's lock and copy, a database's journals. */
const besides = ['.lock', '.tmp-', '-wal', '-shm', '-journal'];

/** Opens the folder. `talk` is the file that keeps the conversation, if one does. Throws when the folder is not there. */
export function openFolder(root: string, talk?: string): Folder {
  const given = resolve(root);
  const real = realpathSync.native(given);
  const isOffLimits = (file: string): boolean =>
    talk !== undefined && (file === talk || besides.some((ending) => file.startsWith(`${talk}${ending}`)));
  return {
    root: real,
    isOffLimits,
    place: async (asked) => {
      const path = inside([real, given], asked);
      if ((await realpath(real).catch(codeOf)) !== real)
        throw new ToolError(`The folder ${quoted(real)} was moved or replaced meanwhile.`);
      const found = await follow(real, path);
      // Whoever could write it could write that something was approved.
      if (isOffLimits(found.real)) throw new ToolError(`${quoted(asked)} keeps this talk; tools leave it alone.`);
      const concern = await concernOf(real, path, found);
      return { path: path === '' ? '.' : path, ...found, ...(concern && { concern }) };
    },
  };
}

/** The verdict on a look at a path: outside is denied, what may hold a secret asks, the rest is allowed. */
export function verdictOnReading(folder: Folder, path: string): Promise<Verdict> {
  return denying(async () => {
    const { concern } = await folder.place(path);
    return concern ? { ask: { reason: concern.reason, risk: 'secret' } } : 'allow';
  });
}

/** A verdict; what cannot be done at all is denied, so that nobody is asked in vain. */
export async function denying(find: () => Promise<Verdict>): Promise<Verdict> {
  try {
    return await find();
  } catch (error) {
    if (error instanceof ToolError) return { deny: error.message };
    throw error;
  }
}

/**
 * Looks a path up again, right before a tool acts: since the policy looked, a link may have been put in its way.
 * What needs a person's word by now must have had it.
 */
export async function placeAgain(folder: Folder, path: string, call: ToolCall): Promise<Place> {
  const place = await folder.place(path);
  const { concern } = place;
  const said = call.requirements?.some(({ reason }) => concern && reason?.includes(concern.reason));
  if (concern && !said && !isEdited(call))
    throw new ToolError(`${concern.reason}, and nobody was asked about that. Call the tool again.`);
  return place;
}

/** Whether a person gave the input: what was shown before belongs to another one then. */
export function isEdited(call: ToolCall): boolean {
  return (call.decisions ?? []).some(({ decision }) => decision.type === 'approve' && decision.input !== undefined);
}

/** The path relative to the folder, when it stays inside as it is written. */
function inside(roots: readonly string[], asked: string): string {
  if (asked.includes('\0')) throw new ToolError(`${quoted(asked)} is not a path.`);
  for (const root of roots) {
    const path = relative(root, resolve(root, asked));
    if (isWithin(path)) return path.split(sep).join('/');
  }
  throw leaves(asked);
}

function isWithin(path: string): boolean {
  return path !== '..' && !path.startsWith(`..${sep}`) && !isAbsolute(path);
}

function leaves(asked: string): ToolError {
  return new ToolError(`${quoted(asked)} leads out of the folder. Only paths inside it are open to this tool.`);
}

/** Name by name, so that a link on the way is seen whether or not anything lies behind it. */
async function follow(root: string, path: string): Promise<Pick<Place, 'real' | 'kind' | 'isLink'>> {
  const names = path.split('/').filter((name) => name !== '');
  let real = root;
  let found: Stats | undefined;
  for (const [index, name] of names.entries()) {
    const at = join(real, name);
    found = await look(at, path);
    if (!found) return { real: join(real, ...names.slice(index)), kind: 'nothing', isLink: false };
    // Also without a link: where case does not count, the system tells how the name is really written.
    real = await realpath(at).catch((error: unknown) => {
      if (codeOf(error) === 'ENOENT')
        throw new ToolError(`${quoted(path)} is a link that leads nowhere, or passes one.`);
      throw failure(`${quoted(path)} cannot be reached`, error);
    });
    if (!isWithin(relative(root, real))) throw leaves(path);
  }
  const there = await look(real, path);
  return { real, kind: there ? kindOf(there) : 'nothing', isLink: found?.isSymbolicLink() ?? false };
}

function look(at: string, path: string): Promise<Stats | undefined> {
  return lstat(at).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw failure(`${quoted(path)} cannot be reached`, error);
  });
}

function kindOf(found: Stats): Place['kind'] {
  return found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'other';
}

/** Both the path as it is written and the one it leads to must be harmless. */
async function concernOf(
  root: string,
  path: string,
  found: Pick<Place, 'real' | 'kind'>,
): Promise<Concern | undefined> {
  const paths = [...new Set([path, relative(root, found.real).split(sep).join('/')])];
  const by = (name: string): string => (name === path ? '' : ` (${quoted(name)})`);
  const named = paths.flatMap((one) => concernOfNames(one) ?? []);
  const worst = named.find(({ kind }) => kind === 'key') ?? named[0];
  if (worst?.kind === 'key') return { kind: 'key', reason: `${quoted(path)} may hold a secret${by(worst.name)}` };
  if (worst) return { kind: 'hidden', reason: `${quoted(path)} is hidden${by(worst.name)}` };
  const ignored = await ignoredIn(root);
  for (const one of paths) {
    if (await ignored.has(one, found.kind === 'folder'))
      return { kind: 'ignored', reason: `${quoted(path)} is ignored by git` };
  }
  return undefined;
}
