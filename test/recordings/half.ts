import { isDeepStrictEqual } from 'node:util';
import { isObject } from '../../src/conversation/json.ts';
import { ChatError, Conversation, createChat, tool } from '../../src/index.ts';
import type { AnyTool, Model, Schema } from '../../src/index.ts';
import type { Fetch } from '../../src/wire/http.ts';
import type { Recorded } from './folder.ts';
import { randomFrom } from './random.ts';

/** A tool that ran, and with what. */
export interface Ran {
  readonly name: string;
  readonly input: unknown;
}

/** What became of an answer in a chat: how the run ended (`done`, `paused`, or the code of its error), and what ran. */
export interface Played {
  readonly end: string;
  readonly ran: readonly Ran[];
}

/** Plays the first bytes of a recorded answer through a chat that has its tools, and runs whatever it may. */
export async function play(model: (fetch: Fetch) => Model, one: Recorded, length: number): Promise<Played> {
  const { end, ran } = await playedIn(model, one, length);
  return { end, ran };
}

/** The same, with the conversation that it made. */
export async function playedIn(
  model: (fetch: Fetch) => Model,
  one: Recorded,
  length: number,
): Promise<Played & { readonly conversation: Conversation }> {
  const { status, contentType, body } = one.recording;
  const headers = { ...(contentType !== undefined && { 'content-type': contentType }) };
  const ran: Ran[] = [];
  const names = new Set(one.expected.toolCalls.map(({ name }) => name));
  const chat = createChat({
    model: model(async () => new Response(body.slice(0, length), { status, headers })),
    tools: Object.fromEntries([...names].map((name) => [name, noting(name, ran)])),
    maxSteps: 1,
    retry: () => false,
  });
  const conversation = new Conversation();
  conversation.say('Hi');
  let end = '';
  try {
    for await (const event of chat.stream(conversation)) if (isEnd(event.type)) end = event.type;
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
    end = error.code;
  }
  return { end, ran, conversation };
}

/** What ran that should not have: calls that the answer does not hold so, and any although it did not end well. */
export function wrongs({ end, ran }: Played, one: Recorded): readonly string[] {
  const left = [...runnable(one)];
  const told: string[] = [];
  for (const call of ran) {
    const place = left.findIndex((expected) => isDeepStrictEqual(expected, call));
    if (place < 0) told.push(`ran ${call.name} with ${JSON.stringify(call.input)}, which is no whole call of it`);
    else left.splice(place, 1);
  }
  if (ran.length > 0 && end !== 'done') told.push(`ran ${ran.length} although it ended with ${end}`);
  return told;
}

/** The calls of an answer that can run: whole, with an object as arguments, and no error behind them. */
export function runnable({ expected }: Recorded): readonly Ran[] {
  const wasCut = /length|max_/.test(expected.finishReason ?? '');
  return expected.toolCalls.flatMap(({ name, arguments: input, argumentsRaw: text }) => {
    // No arguments yet is not the same as none.
    const isUnwritten = wasCut && typeof text === 'string' && text.trim() === '';
    return expected.error || isUnwritten || !isObject(input) ? [] : [{ name, input }];
  });
}

/** Lengths to which a body is cut: anywhere, and every second time behind the name of its first call. */
export function* lengths(one: Recorded, count: number, seed: number): Generator<number> {
  const { body } = one.recording;
  const random = randomFrom(seed);
  const called = Math.max(0, Buffer.from(body).indexOf(one.expected.toolCalls[0]?.name ?? ''));
  for (let i = 0; i < count; i += 1) {
    const from = i % 2 === 0 ? 0 : called;
    yield from + random(body.length - from);
  }
}

/** A tool that takes any object, changes nothing, and notes what it ran with. */
function noting(name: string, ran: Ran[]): AnyTool {
  return tool({
    description: 'Takes anything.',
    input: anyObject,
    effect: 'read',
    run: (input) => {
      ran.push({ name, input });
      return 'ok';
    },
  });
}

/** Takes any object. */
export const anyObject: Schema<Record<string, unknown>> = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (value) => (isObject(value) ? { value } : { issues: [{ message: 'not an object' }] }),
    jsonSchema: { input: () => ({ type: 'object' }) },
  },
};

function isEnd(type: string): boolean {
  return type === 'done' || type === 'paused' || type === 'error';
}
