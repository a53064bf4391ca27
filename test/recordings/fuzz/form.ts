import type { ModelEvent } from '../../../src/chat/model.ts';
import { isObject } from '../../../src/conversation/json.ts';

/** A field: whether a value may stand there, and whether it must. */
type Check = (value: unknown) => boolean;

/** What is wrong with an event that a decoder told: a field that is missing, of another type, or not known. */
export function flaws(event: ModelEvent): readonly string[] {
  const fields: unknown = event;
  if (!isObject(fields)) return [`${String(event)} is no event`];
  const checks = Object.hasOwn(events, event.type) ? events[event.type] : undefined;
  return checks ? flawsIn(fields, { type: isText, ...checks }, event.type) : [`${event.type} is no event`];
}

/** What is wrong with the order of events: each answer is finished once, and nothing but its usage comes behind. */
export function disorder(events: readonly ModelEvent[]): readonly string[] {
  const end = events.findIndex(({ type }) => type === 'finish');
  if (end < 0) return [];
  return events.slice(end + 1).flatMap(({ type }) => (type === 'usage' ? [] : [`${type} behind the end`]));
}

const isText: Check = (value) => typeof value === 'string';
const isFilled: Check = (value) => typeof value === 'string' && value !== '';
const isTrue: Check = (value) => value === true;
const isCount: Check = (value) => typeof value === 'number' && Number.isFinite(value) && value >= 0;
const isPart: Check = (value) => Number.isSafeInteger(value) && isCount(value);
const isKey: Check = (value) => typeof value === 'string' || Number.isFinite(value);
const isReason: Check = (value) => reasons.includes(String(value));
const reasons = ['stop', 'tool-calls', 'length', 'content-filter', 'refusal', 'pause-turn', 'other'];

/** JSON that can be written: not nested so deeply that no stack holds it. */
const isJson: Check = (value) => {
  try {
    return JSON.stringify(value) !== undefined;
  } catch {
    return false;
  }
};

const maybe = (check: Check): Check => Object.assign((value: unknown) => check(value), { optional: true });
const isOrigin: Check = of({ provider: isText, model: isText, data: isJson });

const sources: Readonly<Record<string, Check>> = {
  url: of({ type: isText, url: isText }),
  base64: of({ type: isText, data: isText }),
  provider: of({ type: isText, provider: isText, id: isText }),
};

const parts: Readonly<Record<string, Check>> = {
  file: of({
    type: isText,
    mediaType: isFilled,
    source: kindOf(sources),
    name: maybe(isText),
    origin: maybe(isOrigin),
  }),
  source: of({ type: isText, url: maybe(isText), title: maybe(isText), data: maybe(isJson), origin: maybe(isOrigin) }),
  data: of({ type: isText, name: isFilled, data: isJson }),
};

const piece = { delta: isText, part: maybe(isPart), origin: maybe(isOrigin) };

const events: Readonly<Record<string, Readonly<Record<string, Check>>>> = {
  text: piece,
  reasoning: piece,
  reset: { reason: isFilled },
  'tool-input': { key: isKey, name: isText, delta: isText },
  call: {
    key: maybe(isKey),
    id: maybe(isFilled),
    name: isText,
    arguments: isText,
    incomplete: maybe(isTrue),
    providerExecuted: maybe(isTrue),
    needsApproval: maybe(isTrue),
    origin: maybe(isOrigin),
  },
  result: {
    key: maybe(isKey),
    id: maybe(isFilled),
    output: isJson,
    isError: maybe(isTrue),
    origin: maybe(isOrigin),
  },
  part: { value: kindOf(parts) },
  usage: {
    usage: of({ input: isCount, output: isCount, cachedInput: isCount, reasoning: isCount, raw: maybe(isJson) }),
  },
  finish: {
    reason: isReason,
    raw: maybe(isText),
    provider: maybe(isFilled),
    model: maybe(isFilled),
    responseId: maybe(isFilled),
  },
  warning: { setting: maybe(isFilled), reason: isFilled },
};

function of(checks: Readonly<Record<string, Check>>): Check {
  return (value) => isObject(value) && flawsIn(value, checks, '').length === 0;
}

function kindOf(kinds: Readonly<Record<string, Check>>): Check {
  return (value) => isObject(value) && Boolean(kinds[String(value['type'])]?.(value));
}

function flawsIn(fields: Readonly<Record<string, unknown>>, checks: Readonly<Record<string, Check>>, what: string) {
  const told: string[] = [];
  for (const [name, check] of Object.entries(checks)) {
    const isThere = Object.hasOwn(fields, name);
    if (isThere ? !check(fields[name]) : !('optional' in check)) told.push(`${what}.${name} is ${shown(fields[name])}`);
  }
  const others = Object.keys(fields).filter((name) => !Object.hasOwn(checks, name));
  return [...told, ...others.map((name) => `${what}.${name} is not known`)];
}

function shown(value: unknown): string {
  try {
    return String(JSON.stringify(value) ?? value).slice(0, 200);
  } catch {
    return 'nested too deeply';
  }
}
