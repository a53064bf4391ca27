import { isObject } from '../../../src/conversation/json.ts';
import type { Message } from '../../../src/conversation/message.ts';
import { callFlaws, objectsIn, unlike } from './common.ts';
import type { Members, WireCall } from './common.ts';

/** What Gemini would refuse, or take for another conversation. */
export function checkGemini(body: Members, messages: readonly Message[]): readonly string[] {
  const flaws: string[] = [];
  const calls: WireCall[] = [];
  const turns = objectsIn(body['contents']);
  for (const [place, { role, parts }] of turns.entries()) {
    const list = objectsIn(parts);
    if (list.length === 0) flaws.push(`turn ${place} is empty`);
    if (role !== 'user' && role !== 'model') flaws.push(`turn ${place} is of the ${String(role)}`);
    const before = turns[place - 1];
    const own = membersIn(parts, 'functionCall');
    calls.push(...own.map(({ id, name, args }) => ({ id, name, input: args ?? {} })));
    if (own.length > 0 && before?.['role'] !== 'user') flaws.push(`calls in turn ${place} follow no turn of the user`);
    // Gemini 3 refuses calls of which the first is not signed.
    const first = list.find(({ functionCall }) => isObject(functionCall));
    if (first && typeof first['thoughtSignature'] !== 'string') flaws.push(`the calls in turn ${place} are not signed`);
    const asked = membersIn(before?.['parts'], 'functionCall');
    const results = membersIn(parts, 'functionResponse');
    const named = ({ id, name }: Members): unknown => [id, name];
    flaws.push(...unlike(`results in turn ${place}`, results.map(named), asked.map(named)));
    if (results.length > 0 && results.length < list.length) flaws.push(`results in turn ${place} do not stand alone`);
  }
  if (turns[0]?.['role'] !== 'user') flaws.push('the model speaks first');
  return [...flaws, ...callFlaws(calls, messages)];
}

function membersIn(parts: unknown, name: string): readonly Members[] {
  return objectsIn(objectsIn(parts).map((part) => part[name]));
}
