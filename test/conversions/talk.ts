import { ChatError, Conversation, createChat, tool, ToolError } from '../../src/index.ts';
import type { Chat, Model, Schema, ToolSet } from '../../src/index.ts';
import { isObject } from '../../src/conversation/json.ts';
import type { Fetch } from '../../src/wire/http.ts';
import type { Said, Speak } from './said.ts';

/** A picture of one pixel; each place has its own, so that none is taken for another. */
export function picture(name: string): string {
  return Buffer.from(`picture of ${name}`).toString('base64');
}

/** What is signed by a provider begins so: no other may be sent it. */
export const signed = 'SIGNED-';

/** The ids of the calls of a conversation, one after the other. */
export type NextId = () => string | undefined;

/**
 * A conversation in which everything happens that a wire has to carry on: files, thoughts, calls that were carried out,
 * edited, rejected, denied, failed and cancelled, a search of the provider's, a refusal, an answer that broke off.
 */
export async function talk(source: (fetch: Fetch) => Model, speak: Speak, nextId: NextId): Promise<Conversation> {
  const answers = script(nextId).map(speak);
  const model = source(async () => new Response(answers.shift() ?? '', { status: 200 }));
  const chat = createChat({ model, tools, instructions: 'Be kind.', retry: () => false });
  let count = 0;
  const conversation = new Conversation({ id: 'talk', newId: () => `own-${(count += 1)}`, now: () => 0 });
  const image = { type: 'file', mediaType: 'image/png', source: { type: 'base64', data: picture('user') } } as const;
  conversation.say([{ type: 'text', text: 'What is on this picture, and how is the weather there?' }, image]);
  await run(chat, conversation);
  await decideSome(chat, conversation);
  await run(chat, conversation);
  conversation.say('Never mind the rest.', { while: 'supersede' });
  await run(chat, conversation);
  conversation.say('How is it forbidden?');
  await run(chat, conversation);
  conversation.say('Tell me a story.');
  await run(chat, conversation);
  conversation.say('Please go on.');
  return conversation;
}

/** The answers of the model, one after the other. */
function script(nextId: NextId): readonly Said[] {
  const call = (name: string, input: Readonly<Record<string, unknown>>, signature?: string) => {
    return { id: nextId(), name, input, ...(signature !== undefined && { signature }) };
  };
  return [
    {
      thought: { text: 'Two things are asked.', signature: `${signed}thought` },
      text: 'I look at it, and at the weather.',
      calls: [call('look', { at: 'the corner' }, `${signed}call`), call('weather', { city: 'Zürich' })],
    },
    {
      text: 'Now for the rest of it.',
      calls: [
        call('pay', { amount: 50, note: 'as "agreed"' }, `${signed}second call`),
        call('remove', { path: '/tmp/a' }),
        call('forbidden', {}),
        call('broken', { n: 1 }),
        call('later', { when: 'soon' }),
      ],
    },
    {
      thought: { text: 'This needs a search.', signature: `${signed}search thought` },
      search: { id: 'srvtoolu_1', query: 'kindness', found: 'https://found.test/', signature: `${signed}search` },
      text: 'I have found something.',
      image: picture('model'),
    },
    { refusal: 'That I will not tell.' },
    { thought: { text: 'A story, then.', signature: `${signed}half` }, text: 'Once upon a ti', breaksOff: true },
  ];
}

const anyObject: Schema<Record<string, unknown>> = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (value) => (isObject(value) ? { value } : { issues: [{ message: 'not an object' }] }),
    jsonSchema: { input: () => ({ type: 'object', properties: { city: { type: 'string' } } }) },
  },
};

/** The tools of the conversation. */
export const tools: ToolSet = {
  look: tool({
    description: 'Looks',
    input: anyObject,
    effect: 'read',
    run: () => 'seen',
    present: () => [
      { type: 'text', text: 'A cat sits there.' },
      { type: 'file', mediaType: 'image/png', source: { type: 'base64', data: picture('result') } },
    ],
  }),
  weather: tool({
    description: 'Weather',
    input: anyObject,
    effect: 'read',
    run: () => ({ sky: 'blue', degrees: 21 }),
  }),
  pay: tool({ description: 'Pays', input: anyObject, run: ({ amount }) => `paid ${String(amount)}` }),
  remove: tool({ description: 'Removes', input: anyObject, run: () => 'removed' }),
  forbidden: tool({ description: 'Never', input: anyObject, policy: { deny: 'not on Sundays' }, run: () => 'no' }),
  broken: tool({
    description: 'Breaks',
    input: anyObject,
    effect: 'read',
    run: () => {
      throw new ToolError('out of paper');
    },
  }),
  later: tool({ description: 'Later', input: anyObject, run: () => 'done' }),
};

type TalkChat = Chat<ToolSet, unknown>;

async function run(chat: TalkChat, conversation: Conversation): Promise<void> {
  try {
    for await (const _ of chat.stream(conversation));
  } catch (error) {
    // The answer that breaks off.
    if (!(error instanceof ChatError && error.code === 'incomplete-response')) throw error;
  }
}

async function decideSome(chat: TalkChat, conversation: Conversation): Promise<void> {
  for (const call of chat.waiting(conversation).approvals) {
    if (call.name === 'pay') {
      await chat.decide(conversation, call, { type: 'approve', input: { amount: 20 } }, { by: 'ann' });
    }
    if (call.name === 'remove') {
      await chat.decide(conversation, call, { type: 'reject', reason: 'keep it' }, { by: 'ann' });
    }
  }
}
