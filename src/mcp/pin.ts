import type { Pin } from '../chat/tool.ts';
import { orderedJson, sha256 } from '../conversation/digest.ts';
import { isObject } from '../conversation/json.ts';
import type { Json } from '../conversation/json.ts';
import type { Definition } from './definition.ts';

/** Pins a call to the definition that it was accepted for, in parts that a person can tell apart (decision 0042). */
export function pinOf(definition: Definition): Pin {
  const parts = partsOf(definition);
  const marks = Object.entries(parts).map(([name, part]) => `${encodeURIComponent(name)}=${digestOf(part, 8)}`);
  // The parts only tell what changed: somebody with an hour finds another text of the same eight digits.
  const mark = [digestOf(parts, 32), ...marks].join(' ');
  return {
    mark,
    changesSince: (before) => (before === mark ? '' : changesBetween(before, mark) || 'something of it changed'),
  };
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

/** `description changed, argument "bcc" added`. Empty where that cannot be told. */
function changesBetween(before: string, after: string): string {
  const [old, now] = [marksIn(before), marksIn(after)];
  const changed = [...now].flatMap(([name, digest]) => {
    if (!old.has(name)) return `${name} added`;
    return old.get(name) === digest ? [] : `${name} changed`;
  });
  const gone = [...old.keys()].filter((name) => !now.has(name)).map((name) => `${name} removed`);
  return [...changed, ...gone].join(', ');
}

function digestOf(value: unknown, length: number): string {
  return sha256(orderedJson(value)).slice(0, length);
}

function marksIn(mark: string): ReadonlyMap<string, string> {
  const marks = mark
    .split(' ')
    .slice(1)
    .map((one) => one.split('='));
  return new Map(marks.map(([name = '', digest = '']) => [decodeURIComponent(name), digest]));
}
