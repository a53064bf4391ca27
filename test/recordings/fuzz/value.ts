import { isObject } from '../../../src/conversation/json.ts';
import { isTooDeep } from '../../../src/conversation/depth.ts';
import { oneOf } from '../random.ts';
import type { Random } from '../random.ts';

/** Sent in a header of every request: no error may tell it (rule X3). */
export const secret = 'sk-fuzz-0123456789abcdef';

/** JSON with one value, name or member of it changed. What is no JSON stays as it is. */
export function changed(data: string, random: Random): string {
  let value: unknown;
  // What is nested too deeply cannot be written again.
  if (isTooDeep(data)) return data;
  try {
    value = JSON.parse(data);
  } catch {
    return data;
  }
  const places = placesIn(value);
  if (places.length === 0) return hostile(random);
  const { holder, name } = oneOf(places, random);
  const here = holder[name];
  const change = random(6);
  let put = '';
  if (change === 0) {
    delete holder[name];
  } else if (change === 1) {
    const other = oneOf(places, random);
    holder[name] = structuredClone(other.holder[other.name]);
  } else if (change === 2) {
    delete holder[name];
    holder[Array.isArray(holder) ? String(random(9)) : oneOf(names, random)] = here;
  } else if (change === 3 && typeof here === 'string' && here !== '') {
    holder[name] = here.slice(0, random(here.length));
  } else {
    put = hostile(random);
    holder[name] = token;
  }
  // What is put in may be no value of JavaScript, so it is put in as text.
  return JSON.stringify(value).replace(JSON.stringify(token), () => put);
}

/** JSON that no decoder waits for: of every type, in every size. */
export function hostile(random: Random): string {
  if (random(16) === 0) return oneOf(huge, random)();
  return oneOf(small, random);
}

const token = ' here ';

interface Place {
  readonly holder: Record<string, unknown>;
  readonly name: string;
}

/** The first members of a value, at any depth. */
function placesIn(value: unknown): readonly Place[] {
  const places: Place[] = [];
  const look = (holder: unknown): void => {
    if (!(isObject(holder) || Array.isArray(holder))) return;
    for (const [name, member] of Object.entries(holder)) {
      if (places.length >= 300) return;
      // An array is an object whose names are numbers.
      places.push({ holder: holder as Record<string, unknown>, name });
      look(member);
    }
  };
  look(value);
  return places;
}

/** Names that mean something: to JavaScript, or on one wire or another. */
const names = [
  '__proto__ constructor toString length then 0 error type id index content text message delta usage choices item',
  'tool_calls function name arguments input output parts candidates finish_reason done response',
].flatMap((line) => ['', ...line.split(' ')]);

/** Values, between tabs or on lines of their own: numbers, texts, lists, objects, errors, and what is no JSON. */
const small = String.raw`
null	true	false	0	-1	1	1.5	1e308	1e999	-1e999	9007199254740993	200	429
""	" "	"null"	"[DONE]"	"{\"a\":"	"{}"	"a"	"\ud800"	"\u0000"	"\u2028"	"0"
"constructor"	"__proto__"	"toString"	"hasOwnProperty"	"length"	"tool_use"	"error"	"message_stop"
[]	[null]	[[]]	[{}]	[1,"a",null,{}]
{}	{"a":1}	{"__proto__":{"polluted":true}}	{"constructor":{"prototype":null}}	{"toString":1,"valueOf":2}
{"toString":null}	{"length":3}	{"then":"a"}
{"type":"error","error":{"type":"overloaded_error","message":"busy"}}	{"error":"no"}	{"detail":[{"msg":"a"}]}
{"type":"function","function":{"name":"a","arguments":"{}"}}	{"type":"text","text":"a"}
"SECRET"	{"message":"wrong key SECRET"}	{"error":{"message":"no","code":"SECRET"}}
not json	{	"	NaN	{"a":1,"a":2}	01	1,2	
`
  .replaceAll('SECRET', secret)
  .trim()
  .split(/[\t\n]/);

const huge: readonly (() => string)[] = [
  () => JSON.stringify('long '.repeat(20_000)),
  () => JSON.stringify('\u{1f600}"\\'.repeat(5000)),
  () => JSON.stringify(Array.from({ length: 2000 }, (_, i) => i)),
  () => JSON.stringify(Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`member ${i}`, {}]))),
  () => nested(100),
  () => nested(3000),
  () => nested(100_000),
  () => '{"error":'.repeat(20_000) + '1' + '}'.repeat(20_000),
];

function nested(depth: number): string {
  return `${'[{"a":'.repeat(depth)}1${'}]'.repeat(depth)}`;
}
