import { isObject } from '../conversation/json.ts';

/**
 * Every value that a dotted name may mean in an input: `order.amount` is the member `amount` of `order`, and also a
 * member whose name holds a dot; of a list it is each of its elements. Empty when there is none; `undefined` stands for
 * an element that lacks it.
 */
export function valuesAt(input: unknown, name: string): readonly unknown[] {
  return wholesAt(input, name).flatMap(spread);
}

/** As `valuesAt`, but lists at the end of the name stay whole. */
export function wholesAt(input: unknown, name: string): readonly unknown[] {
  return valuesOf(input, name.split('.'));
}

/** Whether an input holds nothing but what these names say. */
export function holdsOnly(input: unknown, names: readonly string[]): boolean {
  return leavesOf(input, '').every((leaf) => names.some((name) => leaf === name || leaf.startsWith(`${name}.`)));
}

function leavesOf(value: unknown, name: string): readonly string[] {
  if (Array.isArray(value)) return value.length === 0 ? [name] : value.flatMap((one) => leavesOf(one, name));
  if (!isObject(value)) return [name];
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  if (members.length === 0) return name === '' ? [] : [name];
  return members.flatMap(([key, member]) => leavesOf(member, name === '' ? key : `${name}.${key}`));
}

function valuesOf(value: unknown, names: readonly string[]): readonly unknown[] {
  if (names.length === 0) return [value];
  if (Array.isArray(value)) return value.flatMap((one) => orMissing(valuesOf(one, names)));
  if (!isObject(value)) return [];
  // All readings count, so that a second one beside the first cannot hide what the tool takes.
  return names.flatMap((_, index) => {
    const key = names.slice(0, index + 1).join('.');
    return Object.hasOwn(value, key) && value[key] !== undefined ? valuesOf(value[key], names.slice(index + 1)) : [];
  });
}

function orMissing(values: readonly unknown[]): readonly unknown[] {
  return values.length === 0 ? [undefined] : values;
}

function spread(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value.flatMap(spread) : [value];
}
