import { isObject } from '../../conversation/json.ts';
import type { Path } from './value-path.ts';

/** A piece of a value that is another one now; without `before` it came, without `after` it went. */
export interface ValueChange {
  readonly path: Path;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** What differs between two values, piece by piece: nothing when they are the same as JSON. */
export function changesBetween(before: unknown, after: unknown, path: Path = []): readonly ValueChange[] {
  if (Object.is(before, after)) return [];
  if (isObject(before) && isObject(after)) return members(before, after, path);
  if (Array.isArray(before) && Array.isArray(after)) return members({ ...before }, { ...after }, path);
  return [{ path, before, after }];
}

type Members = Readonly<Record<string, unknown>>;

function members(before: Members, after: Members, path: Path): readonly ValueChange[] {
  const names = [...Object.keys(before), ...Object.keys(after).filter((name) => !Object.hasOwn(before, name))];
  return names.flatMap((name): readonly ValueChange[] => {
    const place = [...path, name];
    if (!Object.hasOwn(after, name)) return [{ path: place, before: before[name] }];
    if (!Object.hasOwn(before, name)) return [{ path: place, after: after[name] }];
    return changesBetween(before[name], after[name], place);
  });
}
