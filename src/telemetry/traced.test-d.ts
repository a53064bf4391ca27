import { expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import { createChat } from '../chat/chat.ts';
import { tool } from '../chat/tool.ts';
import { createRuntime } from '../runtime/runtime.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { memoryStore } from '../store/memory/index.ts';
import { scripted } from '../testing/scripted.ts';
import { traced } from './traced.ts';

const pay = tool({ description: 'pays', input: z.object({ amount: z.number() }), run: ({ amount }) => amount });
const chat = createChat({ model: scripted([]), tools: { pay } });

test('a traced chat has the type of the chat, and goes wherever it goes', () => {
  expectTypeOf(traced(chat, { agent: 'shop' })).toEqualTypeOf<typeof chat>();
  expectTypeOf(createRuntime({ chat: traced(chat), store: memoryStore() })).toEqualTypeOf<Runtime>();
  // @ts-expect-error a model is no chat
  traced(scripted([]));
});
