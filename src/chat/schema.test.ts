import { toStandardJsonSchema } from '@valibot/to-json-schema';
import { type } from 'arktype';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { Conversation } from '../conversation/conversation.ts';
import { scripted } from '../testing/scripted.ts';
import { createChat } from './chat.ts';
import type { Schema } from './schema.ts';
import { textOfIssues } from './schema.ts';
import { tool } from './tool.ts';

const schemas: [library: string, schema: Schema<{ orderId: string; amount: number }>][] = [
  ['zod', z.object({ orderId: z.string(), amount: z.number() })],
  ['arktype', type({ orderId: 'string', amount: 'number' })],
  ['valibot', toStandardJsonSchema(v.object({ orderId: v.string(), amount: v.number() }))],
];

test.each(schemas)('a schema of %s is described to the model, and validates', async (_, input) => {
  const ran: unknown[] = [];
  const refund = tool({ description: 'Refund', input, policy: 'allow', run: (value) => void ran.push(value) });
  const calls = [
    { name: 'refund', input: { orderId: 'A-17', amount: 60 } },
    { name: 'refund', input: { orderId: 'A-17', amount: 'sixty' } },
  ];
  const model = scripted([{ calls }, 'Done.']);
  const conversation = new Conversation();
  conversation.say('Refund');
  await createChat({ model, tools: { refund } }).complete(conversation);
  const [declaration] = model.requests[0]!.tools;
  expect(declaration).toMatchObject({
    name: 'refund',
    description: 'Refund',
    inputSchema: {
      type: 'object',
      properties: { orderId: { type: 'string' }, amount: { type: 'number' } },
      required: expect.arrayContaining(['orderId', 'amount']),
    },
  });
  expect(declaration?.inputSchema).not.toHaveProperty('$schema');
  expect(ran).toEqual([{ orderId: 'A-17', amount: 60 }]);
  expect(conversation.messages[1]?.parts).toMatchObject([
    { call: { state: 'completed' } },
    { call: { state: 'failed', reason: expect.stringContaining('amount') } },
  ]);
});

test('issues in one line say where', () => {
  const issues = [{ message: 'is missing', path: ['items', { key: 0 }, 'id'] }, { message: 'is too long' }];
  expect(textOfIssues(issues)).toBe('items.0.id: is missing; is too long');
});
