import { isObject } from '../../../src/conversation/json.ts';
import type { Message } from '../../../src/conversation/message.ts';
import { callFlaws, idFlaws, objectsIn, unlike } from './common.ts';
import type { Members, WireCall } from './common.ts';

/** What Anthropic would refuse, or take for another conversation. */
export function checkMessages(body: Members, messages: readonly Message[]): readonly string[] {
  const flaws: string[] = [];
  const calls: WireCall[] = [];
  const turns = objectsIn(body['messages']);
  for (const [place, { role, content }] of turns.entries()) {
    if (role !== (place % 2 === 0 ? 'user' : 'assistant')) flaws.push(`turn ${place} is of the ${String(role)}`);
    const blocks = objectsIn(content);
    if (blocks.length === 0) flaws.push(`turn ${place} is empty`);
    flaws.push(...blocks.flatMap((block) => blockFlaws(block, blocks)));
    calls.push(...callsIn(content));
    // Results stand first in the next turn, and nowhere else.
    const asked = callsIn(turns[place - 1]?.['content']).map(({ id }) => id);
    const results = blocks.filter(({ type }) => type === 'tool_result').map((block) => block['tool_use_id']);
    flaws.push(...unlike(`results in turn ${place}`, results, asked));
    const isFirst = blocks.slice(0, results.length).every(({ type }) => type === 'tool_result');
    if (!isFirst) flaws.push(`results do not stand first in turn ${place}`);
  }
  if (turns.at(-1)?.['role'] !== 'user') flaws.push('the model would go on in its own words');
  return [...flaws, ...callFlaws(calls, messages), ...idFlaws(calls, /^[\w-]{1,64}$/)];
}

function callsIn(content: unknown): readonly WireCall[] {
  const blocks = objectsIn(content).filter(({ type }) => type === 'tool_use');
  return blocks.map(({ id, name, input }) => ({ id, name, input: isBroken(input) ? {} : input }));
}

/** Arguments that are not JSON stand there as text, as Anthropic wants it. */
function isBroken(input: unknown): boolean {
  return isObject(input) && Object.keys(input).join() === 'INVALID_JSON';
}

function blockFlaws({ type, text, id, signature }: Members, blocks: readonly Members[]): readonly string[] {
  const isAnswered = blocks.some((block) => block['tool_use_id'] === id);
  if (type === 'text' && String(text).trim() === '') return ['a text is blank'];
  if (type === 'thinking' && typeof signature !== 'string') return ['thinking is not signed'];
  return type === 'server_tool_use' && !isAnswered ? ['a search has no result'] : [];
}
