import { expectTypeOf, test } from 'vitest';
import { createChat } from '../chat/chat.ts';
import type { Model } from '../chat/model.ts';
import type { Schema } from '../chat/schema.ts';
import { tool } from '../chat/tool.ts';
import type { InputOf } from '../chat/types.ts';
import { Conversation } from '../conversation/conversation.ts';
import { jsonSchema } from './index.ts';

declare const model: Model;

test('the type parameter is the type of the input', () => {
  const input = jsonSchema<{ to: string }>({ type: 'object' });
  const mail = tool({
    description: 'Mail',
    input,
    policy: ({ to }) => (to.endsWith('@example.com') ? 'allow' : 'ask'),
    run: ({ to }) => to.length,
  });
  expectTypeOf(input).toEqualTypeOf<Schema<{ to: string }>>();
  expectTypeOf<InputOf<typeof mail>>().toEqualTypeOf<{ to: string }>();
  const chat = createChat({ model, tools: { mail } });
  for (const call of chat.waiting(new Conversation()).approvals) expectTypeOf(call.input.to).toBeString();
  // @ts-expect-error: there is no such member
  tool({ description: 'Mail', input, run: ({ from }) => from });
});

test('without one nothing is known of it', () => {
  expectTypeOf(jsonSchema({})).toEqualTypeOf<Schema>();
});
