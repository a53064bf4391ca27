import { isDeepStrictEqual } from 'node:util';
import type { ModelEvent } from '../../../src/chat/model.ts';
import { isObject } from '../../../src/conversation/json.ts';
import { ChatError, Conversation, createChat, tool } from '../../../src/index.ts';
import type { AnyTool } from '../../../src/index.ts';
import { anyObject } from '../half.ts';
import { wires } from '../wires.ts';
import { modelOf } from './trial.ts';
import type { Trial } from './trial.ts';

/**
 * Plays an answer in a chat whose tools run at once, and tells what is wrong: the run ends in another way than runs do, a
 * tool ran with other than its call's arguments, the conversation cannot be stored, or no wire can be asked to go on.
 */
export async function talkFlaws(trial: Trial, told: readonly ModelEvent[]): Promise<readonly string[]> {
  const flaws: string[] = [];
  const chat = createChat({
    model: modelOf(trial),
    tools: Object.fromEntries(namesIn(told).map((name) => [name, anyTool])),
    maxSteps: 1,
    retry: () => false,
    onError: (error) => flaws.push(`a tool or hook failed: ${String(error)}`),
  });
  let count = 0;
  const newId = (): string => `id-${(count += 1)}`;
  const conversation = new Conversation({ id: 'talk', newId, now: () => 0 });
  conversation.say('Hi');
  let last = '';
  try {
    for await (const { type } of chat.stream(conversation)) last = type;
  } catch (error) {
    if (!(error instanceof ChatError)) flaws.push(`the run threw ${String(error)}`);
  }
  // What the provider may run only when a person says so.
  for (const call of chat.waiting(conversation).approvals) await chat.decide(conversation, call, { type: 'reject' });
  if (!['done', 'paused', 'error'].includes(last)) flaws.push(`the run ended with ${last}`);
  return [...flaws, ...wrongRuns(conversation), ...storeFlaws(conversation), ...(await goingOnFlaws(conversation))];
}

function namesIn(told: readonly ModelEvent[]): readonly string[] {
  const names = told.flatMap((event) => (event.type === 'call' && !event.providerExecuted ? [event.name] : []));
  return [...new Set(names)].filter((name) => /^[\w-]{1,64}$/.test(name) && name !== '__proto__');
}

/** What ran has run with what its model wrote, which was whole. */
function wrongRuns({ messages }: Conversation): readonly string[] {
  return messages.flatMap(({ parts }) =>
    parts.flatMap((part) => {
      if (part.type !== 'tool' || part.call.attempt === undefined) return [];
      const { arguments: text, input, incomplete } = part.call;
      const isAsWritten = isDeepStrictEqual(JSON.parse(/^\s*((")?null\2)?\s*$/.test(text) ? '{}' : text), input);
      return isAsWritten && !incomplete ? [] : [`${part.call.name} ran with ${JSON.stringify(input)} of ${text}`];
    }),
  );
}

function storeFlaws(conversation: Conversation): readonly string[] {
  try {
    const text = JSON.stringify(conversation);
    return JSON.stringify(Conversation.parse(text)) === text
      ? []
      : ['stored and read again it is another conversation'];
  } catch (error) {
    return [`it cannot be stored: ${String(error)}`];
  }
}

/** Every wire is asked to go on with what came. */
async function goingOnFlaws({ messages }: Conversation): Promise<readonly string[]> {
  const flaws: string[] = [];
  for (const [wire, make] of Object.entries(wires)) {
    let body: unknown;
    const model = make(async (_, init) => {
      body = init.body;
      return new Response('{"error":{"message":"enough"}}', { status: 400 });
    });
    const { signal } = new AbortController();
    try {
      for await (const _ of model.stream({ messages, tools: [], settings: {}, signal, kept: new Map() }));
    } catch (error) {
      if (!(error instanceof ChatError)) flaws.push(`${wire} cannot be asked to go on: ${String(error)}`);
    }
    if (body !== undefined && !isJsonBody(body)) flaws.push(`${wire} is sent what is no JSON`);
  }
  return flaws;
}

function isJsonBody(body: unknown): boolean {
  try {
    return isObject(JSON.parse(typeof body === 'string' ? body : new TextDecoder().decode(body as Uint8Array)));
  } catch {
    return false;
  }
}

const anyTool: AnyTool = tool({ description: 'Takes anything.', input: anyObject, effect: 'read', run: () => 'ok' });
