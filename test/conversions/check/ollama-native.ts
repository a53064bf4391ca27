import type { Message } from '../../../src/conversation/message.ts';
import { callFlaws, objectsIn, unlike } from './common.ts';
import type { Members, WireCall } from './common.ts';

/** What Ollama would refuse, or take for another conversation. */
export function checkOllama(body: Members, messages: readonly Message[]): readonly string[] {
  const flaws: string[] = [];
  const calls: WireCall[] = [];
  const list = objectsIn(body['messages']);
  for (const [place, { content, tool_calls: made }] of list.entries()) {
    if (typeof content !== 'string') flaws.push(`the content of message ${place} is no text`);
    const own = objectsIn(made).map(callIn);
    calls.push(...own);
    const results = list.slice(place + 1, place + 1 + own.length);
    const answered = results.map((one) => [one['role'], one['tool_call_id'], one['tool_name']]);
    const asked = own.map(({ id, name }) => ['tool', id, name]);
    flaws.push(...unlike(`results of message ${place}`, answered, asked));
  }
  const results = list.filter(({ role }) => role === 'tool');
  if (results.length !== calls.length) flaws.push(`${results.length} results of ${calls.length} calls`);
  return [...flaws, ...callFlaws(calls, messages)];
}

function callIn({ id, function: called }: Members): WireCall {
  const { name, arguments: input } = called as Members;
  return { id, name, input };
}
