import { expect, test } from 'vitest';
import { toldRun } from '../../../test/server/told-run.ts';
import type { ToldRun } from '../../../test/server/told-run.ts';
import type { Policy } from '../../chat/policy.ts';
import type { ScriptedTurn } from '../../testing/scripted-turn.ts';
import { Answer } from './answer.ts';
import type { Chunk } from './chunk.ts';
import { history } from './history.ts';
import { shownIn } from './shown.ts';

interface Scene extends ToldRun {
  /** Runs it, and gives what a client is told that has `shown` of it. */
  run(shown?: unknown): Promise<readonly Chunk[]>;
}

function scene(script: readonly ScriptedTurn[], policy?: Policy<{ amount: number }>): Scene {
  const told = toldRun(script, policy);
  const { conversation } = told;
  return {
    ...told,
    run: (shown) => {
      const before = { messages: conversation.messages, run: conversation.run };
      return told.tell(
        new Answer(before, shown === undefined ? undefined : shownIn(JSON.parse(JSON.stringify(shown)))),
      );
    },
  };
}

const asks: ScriptedTurn = { text: 'I pay.', calls: [{ name: 'pay', input: { amount: 5 }, pieces: 2 }] };
const types = (chunks: readonly Chunk[]): readonly string[] => chunks.map(({ type }) => type);
const bubble = ({ conversation }: Scene): unknown => history(conversation.messages).at(-1);

test('a pause ends the stream behind the question, and the next leg goes on in the same message', async () => {
  const at = scene([asks, 'Done.']);
  const paused = await at.run();
  expect(types(paused)).toEqual([
    'start',
    'start-step',
    'text-start',
    'text-delta',
    'text-delta',
    'text-end',
    'tool-input-start',
    'tool-input-delta',
    'tool-input-delta',
    'tool-input-available',
    'tool-approval-request',
    'finish-step',
    'finish',
  ]);
  expect(paused.at(-1)).toEqual({ type: 'finish', finishReason: 'tool-calls' });
  const shown = bubble(at);
  await at.decide({ type: 'approve' });
  const { id } = shown as { id: string };
  const responded = JSON.parse(JSON.stringify(shown).replaceAll('approval-requested', 'approval-responded')) as never;
  const call = at.conversation.messages[1]!.parts.flatMap((part) => (part.type === 'tool' ? [part.call.id] : []))[0]!;
  const chunks = await at.run(responded);
  expect(chunks[0]).toEqual({ type: 'start', messageId: id });
  expect(types(chunks).slice(1)).toEqual([
    'tool-approval-response',
    'tool-output-available',
    'tool-output-available',
    'finish-step',
    'start-step',
    'text-start',
    'text-delta',
    'text-end',
    'finish-step',
    'finish',
  ]);
  expect(chunks.slice(2, 4)).toEqual([
    { type: 'tool-output-available', toolCallId: call, output: 'half', preliminary: true },
    { type: 'tool-output-available', toolCallId: call, output: 'paid 5' },
  ]);
});

test('an edit that was made elsewhere: the arguments anew, that it was approved, and the output', async () => {
  const at = scene([asks, 'Done.']);
  await at.run();
  const shown = bubble(at);
  await at.decide({ type: 'approve', input: { amount: 7 } as never });
  const chunks = await at.run(shown);
  expect(types(chunks).slice(0, 5)).toEqual([
    'start',
    'tool-input-available',
    'tool-approval-response',
    'tool-output-available',
    'tool-output-available',
  ]);
  expect(chunks[1]).toMatchObject({ input: { amount: 7 } });
  expect(chunks[2]).toMatchObject({ approved: true });
});

test('whoever has nothing of an answer is told it from its first chunk, with what was decided', async () => {
  const at = scene([asks, 'Done.']);
  await at.run();
  await at.decide({ type: 'reject', reason: 'no' });
  await at.run();
  const { messages, run } = at.conversation;
  const answer = new Answer({ messages, run });
  expect(types([...answer.begin(), ...answer.end({ type: 'done', finish: 'stop' })])).toEqual([
    'start',
    'start-step',
    'text-start',
    'text-delta',
    'text-end',
    'tool-input-available',
    'tool-approval-request',
    'tool-approval-response',
    'tool-output-denied',
    'finish-step',
    'start-step',
    'text-start',
    'text-delta',
    'text-end',
    'finish-step',
    'finish',
  ]);
  // Told twice, nothing comes twice.
  const again = new Answer({ messages, run }, shownIn(JSON.parse(JSON.stringify(bubble(at)))));
  expect(types(again.begin())).toEqual(['start']);
});

test('a text that was cut on its way to the client is told anew', async () => {
  const at = scene([asks]);
  await at.run();
  const { messages, run } = at.conversation;
  const shown = JSON.parse(JSON.stringify(bubble(at)).replace('I pay.', 'I p')) as unknown;
  expect(types(new Answer({ messages, run }, shownIn(shown)).begin())).toEqual([
    'start',
    'reset-step',
    'text-start',
    'text-delta',
    'text-end',
    'tool-input-available',
    'tool-approval-request',
  ]);
});

test('a value that a tool emits takes nothing back of how far it is', async () => {
  const at = scene([{ calls: [{ name: 'pay', input: { amount: 99 } }] }, 'Done.'], 'allow');
  const chunks = types(await at.run());
  expect(chunks.slice(2, -6)).toEqual([
    'tool-input-available',
    'tool-output-available',
    'data-note',
    'tool-output-available',
    'finish-step',
  ]);
});

test('an answer that broke and was asked for again takes back what it had said', async () => {
  const broken: ScriptedTurn = { events: [{ type: 'text', delta: 'Half' }] };
  const chunks = await scene([broken, 'Whole.']).run();
  expect(types(chunks)).toEqual([
    'start',
    'start-step',
    'text-start',
    'text-delta',
    'reset-step',
    'text-start',
    'text-delta',
    'text-end',
    'finish-step',
    'finish',
  ]);
});

test('a policy that denies is told as what nobody was asked about', async () => {
  const chunks = await scene([asks, 'Then not.'], { deny: 'too much' }).run();
  const at = chunks.findIndex(({ type }) => type === 'tool-approval-request');
  expect(chunks.slice(at, at + 3)).toMatchObject([
    { isAutomatic: true },
    { type: 'tool-approval-response', approved: false, reason: 'too much' },
    { type: 'tool-output-denied' },
  ]);
});

test('a client that would ask again by itself, and be told the same, is told that it is interrupted', async () => {
  const at = scene([asks]);
  await at.run();
  const shown = bubble(at);
  await at.decide({ type: 'approve', notBefore: new Date(1e9).toISOString() });
  expect((await at.run(shown)).at(-1)).toEqual({ type: 'finish', finishReason: 'interrupted' });
});

test('a failure is told by its code alone (X3)', async () => {
  const at = scene([{ error: new TypeError('password hunter2') }]);
  const answer = new Answer(at.conversation);
  expect(answer.end({ type: 'error', code: 'provider' }).at(-1)).toEqual({
    type: 'error',
    errorText: 'The run failed: provider.',
  });
  expect(types(answer.end({ type: 'error', code: 'aborted' })).slice(-2)).toEqual(['abort', 'finish']);
});

test.each([
  [{ id: 'other', role: 'assistant', parts: [{ type: 'step-start' }, { type: 'text', text: 'forged' }] }],
  [{ id: 'm', role: 'assistant', parts: 'forged' }],
  [{ role: 'user', parts: [] }],
])('what a client says that it has changes what it is told, and nothing else: %j (X2)', async (shown) => {
  const at = scene(['Hello.']);
  const before = JSON.stringify(at.conversation);
  new Answer(at.conversation, shownIn(shown)).begin();
  expect(JSON.stringify(at.conversation)).toBe(before);
});

test('D4: a page is told who was named to approve, so that it offers the buttons to them alone', async () => {
  const at = scene([asks], { ask: { reason: 'money', approvers: ['finance', 'kim'] } });
  await at.run();
  expect(bubble(at)).toMatchObject({
    parts: expect.arrayContaining([
      expect.objectContaining({
        state: 'approval-requested',
        approval: expect.objectContaining({
          requestReason: 'money',
          descriptor: { approvers: ['finance', 'kim'], decisions: ['approve', 'reject', 'answer', 'snooze'] },
        }),
      }),
    ]),
  });
});
