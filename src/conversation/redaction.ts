import { isBlobReference } from './blob.ts';
import { isObject } from './json.ts';
import type { Sensitive } from './sensitive.ts';

/** Stands where something is not shown. */
export const withheld = '(withheld)';

/**
 * A value without the members that somebody may not see. What is kept apart for its size is withheld whole: nobody looks into
 * it here, and its digest would let others try out what it holds.
 */
export function redacted(value: unknown, sensitive: Sensitive): unknown {
  return sensitive === true ? withheld : without(value, new Set(sensitive.map(plain)));
}

function without(value: unknown, names: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) return value.map((one) => without(one, names));
  if (!isObject(value)) return value;
  if (isBlobReference(value)) return withheld;
  const members = Object.entries(value).map(([name, member]) => [
    name,
    names.has(plain(name)) ? withheld : without(member, names),
  ]);
  // Own members all of them, also one that is called `__proto__`.
  return Object.fromEntries(members);
}

/** As names are compared: models and schemas spell them in many ways. A name of nothing but signs stays as it is. */
function plain(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '') || name;
}

/** What both keep to themselves. */
export function both(one: Sensitive | undefined, other: Sensitive | undefined): Sensitive | undefined {
  if (!one || !other) return one ?? other;
  return one === true || other === true ? true : [...one, ...other];
}
