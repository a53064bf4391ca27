import type { Message } from '../../../src/conversation/message.ts';
import { callFlaws, idFlaws, objectsIn } from './common.ts';
import type { Members, WireCall } from './common.ts';

/** What a server of Responses would refuse, or take for another conversation. */
export function checkResponses(body: Members, messages: readonly Message[]): readonly string[] {
  const flaws: string[] = [];
  const calls: WireCall[] = [];
  /** Calls whose results have not come yet: they come in order, before anybody else speaks. */
  const asked: unknown[] = [];
  const items = objectsIn(body['input']);
  for (const [place, item] of items.entries()) {
    const { type, role, call_id: id } = item;
    const next = items[place + 1];
    // OpenAI refuses reasoning without what it led to.
    if (type === 'reasoning' && (!next || next['role'] === 'user')) flaws.push('reasoning stands alone');
    if (role === 'user' && asked.length > 0)
      flaws.push(`item ${place} comes before the results of ${asked.join(', ')}`);
    if (type === 'function_call' || type === 'custom_tool_call') {
      calls.push(callIn(item));
      asked.push(id);
    }
    if (type === 'function_call_output' || type === 'custom_tool_call_output') {
      if (id !== asked.shift()) flaws.push(`item ${place} is a result of ${String(id)}`);
    }
  }
  if (asked.length > 0) flaws.push(`no results of ${asked.join(', ')}`);
  return [...flaws, ...callFlaws(calls, messages), ...idFlaws(calls, /^[\w.:-]{1,64}$/)];
}

/** The arguments of a custom tool are any text. */
function callIn({ type, call_id: id, name, arguments: text, input }: Members): WireCall {
  return { id, name, input: type === 'custom_tool_call' ? input : JSON.parse(String(text)) };
}
