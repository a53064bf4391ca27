import { expect, test } from 'vitest';
import { toldScene as scene } from '../../../test/server/told-scene.ts';
import type { ScriptedTurn } from '../../testing/scripted-turn.ts';
import type { AgUiEvent, Interrupt } from './protocol.ts';

const asks: ScriptedTurn = { calls: [{ name: 'pay', input: { amount: 5 } }] };

test('an interrupt holds what its person is shown, and comes back with what that was (X2, D1)', async () => {
  const ask = { reason: 'money', risk: 'money', preview: 'EUR 5 to Bob', expiresIn: 60_000 };
  const at = scene([asks], { ask });
  const { outcome } = (await at.run()).at(-1) as AgUiEvent & { type: 'RUN_FINISHED' };
  const [interrupt] = (outcome as { interrupts: readonly Interrupt[] }).interrupts;
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
