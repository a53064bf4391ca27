import { isObject } from '../../conversation/json.ts';

/** The way to a piece of a value: names of members and places in lists, which are text too. */
export type Path = readonly string[];

/** A value with another piece at the end of a path; `undefined` takes it out. What is not on the way stays the same object. */
export function withPiece(value: unknown, path: Path, piece: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return piece;
  if (Array.isArray(value)) {
    const items = [...value];
    if (rest.length === 0 && piece === undefined) items.splice(Number(step), 1);
    else items[Number(step)] = withPiece(items[Number(step)], rest, piece);
    return items;
  }
  const members = isObject(value) ? value : {};
  if (rest.length > 0 || piece !== undefined) {
    const changed = withPiece(Object.hasOwn(members, step) ? members[step] : undefined, rest, piece);
    return { ...members, [step]: changed };
  }
  return Object.fromEntries(Object.entries(members).filter(([name]) => name !== step));
}

/** A path as the name of a place. */
export function pathName(path: Path): string {
  return JSON.stringify(path);
}
