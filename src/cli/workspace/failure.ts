import { ToolError } from '../../chat/tool.ts';

/** A path as it is named to models and people: in quotes, invisible characters escaped, not endless. */
export function quoted(path: string): string {
  const text = JSON.stringify(path.length > 300 ? `${path.slice(0, 300)}…` : path);
  return text.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, (one) => String.raw`\u{${one.codePointAt(0)?.toString(16)}}`);
}

/** A failure that took no effect, in the words of the system; a `ToolError` stays what it is. */
export function failure(what: string, error: unknown): ToolError {
  if (error instanceof ToolError) return error;
  return new ToolError(`${what}: ${reasons[codeOf(error)] ?? codeOf(error)}.`, { cause: error });
}

/** The system's code of an error, such as `ENOENT`. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'for an unknown reason';
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'it is not there',
  EACCES: 'the system does not permit it',
  EPERM: 'the system does not permit it',
  ENOTDIR: 'something on the way to it is not a folder',
  EISDIR: 'it is a folder',
  ELOOP: 'it is a link, or goes in a circle of links',
  ENAMETOOLONG: 'its name is too long',
  ENOTEMPTY: 'it is not empty',
  ENOSPC: 'the disk is full',
  EROFS: 'the disk cannot be written to',
  ENXIO: 'it is not a plain file',
};
