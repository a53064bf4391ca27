import type { Message } from '../../../src/conversation/message.ts';
import { callFlaws, idFlaws, objectsIn, unlike } from './common.ts';
import type { Members, WireCall } from './common.ts';

/** What a server of Chat Completions would refuse, or take for another conversation. */
export function checkChat(body: Members, messages: readonly Message[]): readonly string[] {
  const flaws: string[] = [];
  const calls: WireCall[] = [];
  const list = objectsIn(body['messages']);
  for (const [place, { role, content, tool_calls: made }] of list.entries()) {
    const own = objectsIn(made).map(callIn);
    calls.push(...own);
    if (content === '' || (role !== 'assistant' && !content)) flaws.push(`message ${place} is empty`);
    const results = list.slice(place + 1, place + 1 + own.length);
    const answered = results.map((one) => [one['role'], one['tool_call_id']]);
    const asked = own.map(({ id }) => ['tool', id]);
    flaws.push(...unlike(`results of message ${place}`, answered, asked));
  }
  const results = list.filter(({ role }) => role === 'tool');
  if (results.length !== calls.length) flaws.push(`${results.length} results of ${calls.length} calls`);
  return [...flaws, ...callFlaws(calls, messages), ...idFlaws(calls, /^[\w.:-]{1,40}$/)];
}

function callIn({ id, function: called }: Members): WireCall {
  const { name, arguments: text } = called as Members;
  return { id, name, input: JSON.parse(String(text)) };
}
