import { expect, test } from 'vitest';
import { z } from 'zod';
import { Conversation } from '../conversation/conversation.ts';
import type { ChatEvent } from '../conversation/event.ts';
import { scripted } from '../testing/scripted.ts';
import type { Around } from './around.ts';
import { createChat } from './chat.ts';
import { tool } from './tool.ts';

const pay = tool({
  description: 'pays',
  input: z.object({ amount: z.number() }),
  effect: 'read',
  run: ({ amount }) => `paid ${amount}`,
});

/** Notes what it stands around, and hands it on. */
function noting(lines: string[], name?: string): Around {
  return {
    trace: name,
    async *model({ model, request }, ask) {
      lines.push(`${model.id} is asked with ${request.messages.length} messages`);
      yield* ask();
      lines.push(`${model.id} has answered`);
    },
    tool({ call, tool: given }, act) {
      lines.push(`${call.name} ${call.attempt?.number} begins: ${given.description}`);
      return act();
    },
  };
}

function talk(text = 'Go'): Conversation {
  const conversation = new Conversation();
  conversation.say(text);
  return conversation;
}

async function namesOf(events: AsyncIterable<ChatEvent>): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const event of events) if (names.at(-1) !== event.type) names.push(event.type);
  return names;
}

test('what stands around a run sees each model call and each attempt at a tool', async () => {
  const lines: string[] = [];
  const model = scripted([{ calls: [{ name: 'pay', input: { amount: 60 } }] }, { events: [] }, 'Paid.']);
  const chat = createChat({ model, tools: { pay }, retry: () => 0 });
  await chat.complete(talk(), { around: noting(lines) });
  expect(lines).toEqual([
    'script is asked with 1 messages',
    'script has answered',
    'pay 1 begins: pays',
    'script is asked with 2 messages',
    'script has answered',
    'script is asked with 2 messages',
    'script has answered',
  ]);
});

test('the name of a run comes first, is stored by its first commit, and stays while something is left to do', async () => {
  const asking = tool({ ...pay, effect: 'once', policy: () => 'ask' as const });
  const model = scripted([{ calls: [{ name: 'pay', input: { amount: 60 } }] }, 'Paid.', 'Nothing more.']);
  const chat = createChat({ model, tools: { pay: asking } });
  const conversation = talk();
  const commits: (readonly ChatEvent[])[] = [];
  const commit = async (events: readonly ChatEvent[]): Promise<void> => void commits.push(events);
  const run = (name: string) => namesOf(chat.stream(conversation, { commit, around: noting([], name) }));
  expect(await run('one')).toEqual(['trace', 'message', 'tool', 'step-end', 'tool', 'paused']);
  expect(commits[0]?.[0]).toEqual({ type: 'trace', trace: 'one' });
  expect(conversation.run.traces).toEqual(['one']);
  await chat.decide(conversation, conversation.unsettled[0]!.id, { type: 'approve' }, { commit });
  expect(conversation.run.traces).toEqual(['one']);
  expect(await run('two')).toEqual(['trace', 'tool', 'message', 'text', 'step-end', 'done']);
  expect(conversation.run.traces).toBeUndefined();
  // Somebody else's fold comes to the same, wherever it stops.
  const folded = new Conversation({ id: conversation.id });
  folded.apply({ type: 'message', message: conversation.messages[0]! });
  for (const event of commits.flat()) folded.apply(event);
  expect(JSON.parse(JSON.stringify(folded))).toEqual(JSON.parse(JSON.stringify(conversation)));
});

test('a run that dies before it has stored anything leaves no name', async () => {
  const conversation = talk();
  const chat = createChat({ model: scripted(['Hello.']) });
  const commit = async (): Promise<void> => {
    throw new Error('the disk is full');
  };
  const stored = JSON.stringify(conversation);
  await expect(chat.complete(conversation, { commit, around: noting([], 'lost') })).rejects.toThrow('the disk is full');
  expect(Conversation.parse(stored).run.traces).toBeUndefined();
});
