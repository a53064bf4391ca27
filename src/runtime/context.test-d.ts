import { test } from 'vitest';
import { createChat } from '../chat/chat.ts';
import { tool } from '../chat/tool.ts';
import type { ToolContext } from '../chat/tool.ts';
import { memoryStore } from '../store/memory/index.ts';
import { scripted } from '../testing/scripted.ts';
import type { DurableChat } from './index.ts';
import { createRuntime } from './runtime.ts';

const store = memoryStore();
const model = scripted([]);
const whoami = tool({
  description: 'Who asks',
  effect: 'read',
  run: (_input, { context }: ToolContext<{ readonly user: string }>) => context.user,
});
const count = tool({
  description: 'How many',
  effect: 'read',
  run: (_input, { context }: ToolContext<{ readonly rows: number }>) => context.rows,
});
const look = tool({ description: 'Look', effect: 'read', run: () => 'found' });

test('a runtime gives its chat the context that its tools want', () => {
  const chat = createChat({ model, tools: { whoami } });
  createRuntime({ chat, store, context: ({ owner }) => ({ user: owner ?? 'nobody' }) });
  // @ts-expect-error the tool wants to know who asks
  createRuntime({ chat, store });
  // @ts-expect-error by another name
  createRuntime({ chat, store, context: () => ({ name: 'ann' }) });
});

test('several chats are given what all of them want', () => {
  const chats = {
    office: createChat({ model, tools: { whoami } }),
    shop: createChat({ model, tools: { count } }),
    help: createChat({ model, tools: { look } }),
  };
  createRuntime({ chat: chats, store, context: () => ({ user: 'ann', rows: 3 }) });
  // @ts-expect-error the shop wants to know how many
  createRuntime({ chat: chats, store, context: () => ({ user: 'ann' }) });
});

test('a chat that wants to be told nothing is given anything, or nothing', () => {
  const chat = createChat({ model, tools: { look } });
  createRuntime({ chat, store });
  createRuntime({ chat, store, context: (thread) => thread });
  const any: DurableChat = chat;
  createRuntime({ chat: any, store });
  createRuntime({ chat: { any }, store, context: () => 1 });
});
