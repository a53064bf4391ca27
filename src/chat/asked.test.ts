import { expect, test } from 'vitest';
import { Conversation } from '../conversation/conversation.ts';
import { scripted } from '../testing/scripted.ts';
import { testClock } from '../testing/test-clock.ts';
import { createChat } from './chat.ts';
import { tool, waitFor } from './tool.ts';
import type { AnyTool, ToolSet } from './tool.ts';
import type { Chat } from './types.ts';

/** A process with one tool, or none, on a conversation that others may have had. */
class Desk {
  readonly clock = testClock(1_000);
  readonly conversation = new Conversation({ now: this.clock.now });
  readonly #calls: number;
  chat!: Chat<ToolSet>;

  constructor(pay: AnyTool, calls = 1) {
    this.#calls = calls;
    this.opens({ pay });
    this.conversation.say('Pay');
  }

  /** Goes on with other tools. */
  opens(tools: ToolSet): void {
    const calls = Array.from({ length: this.#calls }, () => ({ name: 'pay', input: {} }));
    const model = scripted([{ calls }], { turnBy: 'answers' });
    this.chat = createChat({ model, tools, concurrency: 1, onError: () => {} }) as unknown as Chat<ToolSet>;
  }

  /** Where the call stands that is open, and since when somebody is asked. */
  async run(): Promise<unknown> {
    await this.chat.complete(this.conversation);
    const { state, askedAt } = this.conversation.unsettled[0]!;
    return [state, askedAt];
  }

  async approve(): Promise<void> {
    await this.chat.decide(this.conversation, this.conversation.unsettled[0]!.id, { type: 'approve' });
  }
}

const pay = tool({ description: 'Pay', effect: 'once', run: () => 'paid' });

test('a call knows since when a person is asked; a snooze does not change that', async () => {
  const desk = new Desk(pay);
  expect(await desk.run()).toEqual(['awaiting-approval', 1_000]);
  const until = new Date(5_000).toISOString();
  await desk.chat.decide(desk.conversation, desk.conversation.unsettled[0]!.id, { type: 'snooze', until });
  expect(await desk.run()).toEqual(['snoozed', 1_000]);
  desk.clock.set(6_000);
  expect(await desk.run()).toEqual(['awaiting-approval', 1_000]);
});

test('it is asked anew when its tool is missing, from then on and not from each look (C1)', async () => {
  const desk = new Desk(pay);
  await desk.run();
  await desk.approve();
  desk.opens({});
  desk.clock.set(9_000);
  expect(await desk.run()).toEqual(['awaiting-approval', 9_000]);
  desk.clock.set(200_000);
  expect(await desk.run()).toEqual(['awaiting-approval', 9_000]);
});

test('it is asked anew when its tool has changed (C1)', async () => {
  const desk = new Desk(pay);
  await desk.run();
  await desk.approve();
  desk.opens({ pay: tool({ ...pay, effect: 'read', policy: () => 'ask' }) });
  desk.clock.set(9_000);
  expect(await desk.run()).toEqual(['awaiting-approval', 9_000]);
});

test('a call that was approved asks from when an earlier one of its tool has failed (E1)', async () => {
  const broken = (): never => {
    throw new Error('broken');
  };
  const desk = new Desk(tool({ description: 'Pay', effect: 'once', policy: () => 'allow', run: broken }), 2);
  expect(await desk.run()).toEqual(['awaiting-approval', 1_000]);
});

test('a question and a doubt ask from when they came up (C3, E1)', async () => {
  const desk = new Desk(tool({ description: 'Pay', policy: () => 'allow', run: () => waitFor({ question: 'Whom?' }) }));
  expect(await desk.run()).toEqual(['awaiting-input', 1_000]);
  const hangs = () => new Promise(() => {});
  const late = new Desk(tool({ description: 'Pay', effect: 'once', policy: () => 'allow', timeout: 1, run: hangs }));
  expect(await late.run()).toEqual(['in-doubt', 1_000]);
});
