import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { createChat } from '../../src/chat/chat.ts';
import { tool } from '../../src/chat/tool.ts';
import { apply } from '../../src/conversation/apply.ts';
import { isEnd } from '../../src/conversation/event.ts';
import { textOf } from '../../src/conversation/message.ts';
import type { Message } from '../../src/conversation/message.ts';
import { createRuntime } from '../../src/runtime/runtime.ts';
import type { DurableChat, Runtime } from '../../src/runtime/index.ts';
import type { ThreadKey } from '../../src/store/thread.ts';
import { scripted } from '../../src/testing/scripted.ts';
import type { ScriptedTurn } from '../../src/testing/scripted-turn.ts';
import { databases } from './databases.ts';
import type { OpenStore, RunningDatabase } from './databases.ts';

const tenant = 'acme';
const look: ScriptedTurn = { calls: [{ name: 'look', input: {} }] };
const pay: ScriptedTurn = { calls: [{ name: 'pay', input: {} }] };

/** A thread, and a process that works on it. */
interface Scene {
  readonly runtime: Runtime;
  readonly key: ThreadKey;
  readonly runs: string[];
  /** Says something, and waits until its answer is over. */
  say(words: string): Promise<void>;
  /** Waits until a run has ended behind this place of the log, and gives its end. */
  ended(after: string): Promise<string>;
  place(): Promise<string>;
  messages(): Promise<readonly Message[]>;
  texts(): Promise<readonly string[]>;
}

async function scene(open: OpenStore, script: readonly ScriptedTurn[], maxSteps = 16): Promise<Scene> {
  const runs: string[] = [];
  const tools = {
    look: tool({ description: 'looks', effect: 'read', run: () => void runs.push('look') }),
    pay: tool({ description: 'pays', input: z.object({}), policy: 'allow', run: () => void runs.push('pay') }),
    ship: tool({ description: 'ships', input: z.object({}), policy: 'ask', run: () => void runs.push('ship') }),
  };
  const chat: DurableChat = createChat({ model: scripted(script), tools, maxSteps });
  const store = open();
  const runtime = createRuntime({ chat, store, sweep: 50 });
  onTestFinished(async () => {
    await runtime.close();
    await store.close();
  });
  const key = await runtime.threads.create({ tenant });
  const place = async (): Promise<string> => (await runtime.read(key))!.cursor;
  const ended = async (after: string): Promise<string> => {
    for await (const { event } of runtime.watch(key, { after })) if (isEnd(event)) return event.type;
    return 'never';
  };
  const messages = async (): Promise<readonly Message[]> => (await runtime.read(key))!.messages;
  const texts = async (): Promise<readonly string[]> => (await messages()).map(textOf);
  const say = async (words: string): Promise<void> => {
    const from = await place();
    await runtime.send(key, words);
    await ended(from);
  };
  return { runtime, key, runs, say, ended, place, messages, texts };
}

/** What somebody sees who folds the whole log. */
async function folded({ runtime, key }: Scene): Promise<readonly Message[]> {
  const end = (await runtime.read(key))!.cursor;
  let messages: readonly Message[] = [];
  for await (const { event, cursor } of runtime.watch(key, { after: 'c0' })) {
    messages = apply(messages, event);
    if (cursor === end) break;
  }
  return messages;
}

describe.each(databases)('a thread that is rewound, on $name', ({ start }) => {
  let database: RunningDatabase;
  beforeAll(async () => {
    database = await start();
  }, 60_000);
  afterAll(() => database.stop());

  test('is answered anew, and the log says who wanted it (D8)', async () => {
    const at = await scene(database.fresh(), ['first answer', 'second answer']);
    await at.say('hello');
    const [, answer] = await at.messages();
    const from = await at.place();
    const rewound = await at.runtime.rewind(at.key, { message: answer!.id, by: 'ann' });
    expect(rewound).toMatchObject({ type: 'rewound', messages: [{ id: answer!.id }] });
    expect(await at.ended(from)).toBe('done');
    expect(await at.texts()).toEqual(['hello', 'second answer']);
    for await (const { event } of at.runtime.watch(at.key, { after: from })) {
      expect(event).toEqual({ type: 'rewind', message: answer!.id, by: 'ann' });
      break;
    }
    expect(await folded(at)).toEqual(await at.messages());
  });

  test('takes other words in the place of an old one, in the same moment (D8)', async () => {
    const at = await scene(database.fresh(), ['first answer', 'second answer', 'third answer']);
    await at.say('hello');
    await at.say('and now?');
    const [hello] = await at.messages();
    const from = await at.place();
    await at.runtime.rewind(at.key, { message: hello!.id, content: 'good morning', key: 'k', author: 'ann' });
    expect(await at.ended(from)).toBe('done');
    expect(await at.texts()).toEqual(['good morning', 'third answer']);
    // The same key again is another edit of the same word.
    const [morning] = await at.messages();
    expect(morning).toMatchObject({ author: 'ann' });
    expect(await folded(at)).toEqual(await at.messages());
  });

  test('is refused once a call was started that does more than read, until a person forces it (D8)', async () => {
    const at = await scene(database.fresh(), [look, pay, 'paid', 'once more']);
    await at.say('pay');
    const [, looked, paid] = await at.messages();
    const refused = await at.runtime.rewind(at.key, { message: looked!.id });
    expect(refused).toMatchObject({ type: 'refused', calls: [{ name: 'pay', state: 'completed' }] });
    expect(await at.texts()).toEqual(['pay', '', '', 'paid']);
    const from = await at.place();
    expect(await at.runtime.rewind(at.key, { message: paid!.id, force: true, by: 'ann' })).toMatchObject({
      type: 'rewound',
    });
    await at.ended(from);
    expect(await at.texts()).toEqual(['pay', '', 'once more']);
    expect(at.runs).toEqual(['look', 'pay']);
  });

  test('forgets what waits for a person: a decision about it comes too late', async () => {
    const at = await scene(database.fresh(), [{ calls: [{ name: 'ship', input: {} }] }, 'no parcel']);
    await at.say('ship');
    const [, asked] = await at.messages();
    const call = asked!.parts.flatMap((part) => (part.type === 'tool' ? [part.call.id] : []))[0]!;
    const from = await at.place();
    await at.runtime.rewind(at.key, { message: asked!.id });
    await expect(at.runtime.decide(at.key, { call, decision: { type: 'approve' } })).rejects.toThrow(/is not in/);
    await at.ended(from);
    expect((await at.runtime.inbox({ tenant })).items).toEqual([]);
    expect([await at.texts(), at.runs]).toEqual([['ship', 'no parcel'], []]);
  });

  test('while its model speaks stops it first: what it still said is nowhere behind its withdrawal (D8)', async () => {
    const spoken = Promise.withResolvers<void>();
    const never = Promise.withResolvers<void>();
    const speaking: ScriptedTurn = {
      events: [{ type: 'text', delta: 'I was' }, Promise.resolve().then(spoken.resolve), never.promise],
    };
    const at = await scene(database.fresh(), [speaking, 'better']);
    const from = await at.place();
    await at.runtime.send(at.key, 'hello');
    await spoken.promise;
    const said = (async () => {
      for await (const { event } of at.runtime.watch(at.key, { after: from })) if (event.type === 'text') return;
    })();
    await said;
    const answer = (await at.messages()).at(-1)!;
    const before = await at.place();
    await at.runtime.rewind(at.key, { message: answer.id });
    expect(await at.ended(before)).toBe('error');
    let rewound = false;
    for await (const { event } of at.runtime.watch(at.key, { after: before })) {
      if (rewound && isEnd(event)) break;
      rewound ||= event.type === 'rewind';
    }
    expect(await at.texts()).toEqual(['hello', 'better']);
    expect(await folded(at)).toEqual(await at.messages());
  });

  test('of a run whose process has died waits no longer than its lease, and is answered anew (D8, S3)', async () => {
    const store = database.fresh()();
    const chat = createChat({ model: scripted(['One.', 'Two.']) });
    const idle = createRuntime({ chat, store, work: false });
    const key = await idle.threads.create({ tenant });
    await idle.send(key, 'Hi');
    const claim = { key, chats: ['default'], holder: 'a process that dies', lease: 400 };
    expect((await store.claim(claim))?.thread.thread).toBe(key.thread);
    const [{ id }] = (await idle.read(key))!.messages as [Message];
    expect((await idle.rewind(key, { message: id, content: 'Hello' })).type).toBe('rewound');
    await idle.tick({ budget: 0 });
    expect((await idle.read(key))!.messages.map(textOf)).toEqual(['Hello', 'One.']);
    await idle.close();
    await store.close();
  });

  test('has all its steps again (L6)', async () => {
    const at = await scene(database.fresh(), [look, look, look, 'seen'], 2);
    await at.say('look');
    const [, first] = await at.messages();
    const from = await at.place();
    await at.runtime.rewind(at.key, { message: first!.id });
    expect(await at.ended(from)).toBe('done');
    expect(await at.texts()).toEqual(['look', '', 'seen']);
  });

  test('knows its messages', async () => {
    const at = await scene(database.fresh(), []);
    await expect(at.runtime.rewind(at.key, { message: 'm' })).rejects.toThrow(/message "m" is not in it/);
    await expect(at.runtime.rewind({ ...at.key, tenant: 'other' }, { message: 'm' })).rejects.toThrow(/no thread/);
  });
});
