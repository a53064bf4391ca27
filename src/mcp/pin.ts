import type { Pin } from '../chat/tool.ts';
import { orderedJson, sha256 } from '../conversation/digest.ts';
import { isObject } from '../conversation/json.ts';
import type { Json } from '../conversation/json.ts';
import type { Definition } from './definition.ts';

/** Pins a call to the definition that it was accepted for, in parts that a person can tell apart (decision 0042). */
export function pinOf(definition: Definition): Pin {
  const marks = Object.entries(partsOf(definition)).map(([name, part]) => [name, digestOf(part)] as const);
  const mark = marks.map(([name, digest]) => `${encodeURIComponent(name)}=${digest}`).join(' ');
  return { mark, changesSince: (before) => changesBetween(before, mark) };
}

/** Arguments that are told one by one; those beyond are one part. */
const most = 32;

function partsOf({ listed, inputSchema, hints }: Definition): Readonly<Record<string, Json>> {
  const { properties, ...rest } = inputSchema;
  const all = Object.entries(isObject(properties) ? properties : {});
  const parts = all.slice(0, most).map(([name, schema]) => [`argument ${JSON.stringify(name.slice(0, 64))}`, schema]);
  return {
    description: listed.description ?? null,
    title: listed.title ?? null,
    // As listed: the client's types lose nothing that JSON could hold.
    hints: (hints ?? null) as Json,
    ...Object.fromEntries(parts),
    ...(all.length > most && { 'other arguments': Object.fromEntries(all.slice(most)) }),
    'the rest of its schema': rest,
  };
}

/** `description changed, argument "bcc" added`. Empty when nothing did. */
function changesBetween(before: string, after: string): string {
  const [old, now] = [marksIn(before), marksIn(after)];
  const changed = [...now].flatMap(([name, digest]) => {
    if (!old.has(name)) return `${name} added`;
    return old.get(name) === digest ? [] : `${name} changed`;
  });
  const gone = [...old.keys()].filter((name) => !now.has(name)).map((name) => `${name} removed`);
  return [...changed, ...gone].join(', ');
}

function digestOf(value: unknown): string {
  return sha256(orderedJson(value)).slice(0, 8);
}

function marksIn(mark: string): ReadonlyMap<string, string> {
  const marks = mark.split(' ').map((one) => one.split('='));
  return new Map(marks.map(([name = '', digest = '']) => [decodeURIComponent(name), digest]));
}
