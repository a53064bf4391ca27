import { expect, test } from 'vitest';
import { agUiScene, interruptsIn } from '../../../test/server/ag-ui-scene.ts';
import { toldScene as scene } from '../../../test/server/told-scene.ts';
import type { ScriptedTurn } from '../../testing/scripted-turn.ts';
import type { RunFinished } from './protocol.ts';

const asks: ScriptedTurn = { calls: [{ name: 'pay', input: { amount: 5 } }] };

test('an interrupt holds what its person is shown, and comes back with what that was (X2, D1)', async () => {
  const ask = { reason: 'money', risk: 'money', preview: 'EUR 5 to Bob', expiresIn: 60_000 };
  const at = scene([asks], { ask });
  const { outcome } = (await at.run()).at(-1) as RunFinished;
  const [interrupt] = outcome.type === 'interrupt' ? outcome.interrupts : [];
  const call = at.conversation.unsettled[0]!.id;
  expect(interrupt).toEqual({
    id: expect.stringMatching(new RegExp(`^${call}\\.[0-9a-f]{64}$`)) as string,
    toolCallId: call,
    reason: 'tool_call',
    message: 'money',
    responseSchema: {
      type: 'object',
      properties: {
        approved: { type: 'boolean' },
        editedArgs: { type: 'object' },
        reason: { type: 'string' },
      },
      required: ['approved'],
    },
    expiresAt: '1970-01-01T00:01:00.000Z',
    metadata: {
      kind: 'approval',
      toolName: 'pay',
      input: { amount: 5, currency: 'EUR' },
      risk: 'money',
      preview: 'EUR 5 to Bob',
      decisions: ['approve', 'reject', 'answer', 'snooze'],
    },
  });
});

test('a call in doubt is asked about as what it is: no approval settles it, what happened does (E1, E2)', async () => {
  const at = agUiScene([{ calls: [{ name: 'charge', input: {} }] }, 'It was charged.']);
  const [doubt] = interruptsIn(await at.say('charge'));
  expect(doubt).toMatchObject({
    reason: 'yourcall:in_doubt',
    responseSchema: {
      type: 'object',
      properties: { type: { enum: ['happened', 'did-not-happen', 'run-again', 'abandon'] }, output: {} },
      required: ['type'],
    },
    metadata: { toolName: 'charge', input: {} },
  });
  // By this a client of TanStack AI knows that it may resolve it.
  expect(doubt!.metadata['tanstack:interruptBinding']).toEqual({
    v: 1,
    kind: 'generic',
    interruptId: doubt!.id,
    interruptedRunId: 'r',
    generation: 0,
    responseSchemaHash: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string,
  });
  const resolved = (payload: unknown): object => ({ interruptId: doubt!.id, status: 'resolved', payload });
  const approved = await at.resume([resolved({ approved: true })]);
  expect(approved.at(-1)).toMatchObject({ type: 'RUN_ERROR', code: 'invalid' });
  expect(interruptsIn(await at.resume([{ interruptId: doubt!.id, status: 'cancelled' }]))).toEqual([doubt]);
  const told = await at.resume([resolved({ type: 'happened', output: 'receipt 7' })]);
  expect(JSON.stringify(told)).toMatch(/receipt 7.*It was charged/);
});

test.each([
  [['approve', 'reject'], { type: 'boolean' }, true],
  [['reject', 'snooze'], { enum: [false] }, false],
] as const)('of decisions %j only those are offered', async (decisions, approved, isEditable) => {
  const { outcome } = (await scene([asks], { ask: { decisions } }).run()).at(-1) as RunFinished;
  const [interrupt] = outcome.type === 'interrupt' ? outcome.interrupts : [];
  const { properties } = interrupt!.responseSchema as { properties: Record<string, unknown> };
  expect([properties['approved'], 'editedArgs' in properties]).toEqual([approved, isEditable]);
});
