import { afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createChat } from '../chat/chat.ts';
import type { Schema } from '../chat/schema.ts';
import { tool } from '../chat/tool.ts';
import type { ToolSet } from '../chat/tool.ts';
import type { Tools } from '../chat/types.ts';
import { liveChat } from '../mcp/live-chat.ts';
import { memoryStore } from '../store/memory/index.ts';
import { traced } from '../telemetry/traced.ts';
import { scripted } from '../testing/scripted.ts';
import { createRuntime } from './runtime.ts';
import type { DurableChat, Runtime } from './index.ts';

const open: Runtime[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

function runtimeOf(chat: DurableChat): Runtime {
  const runtime = createRuntime({ chat, store: memoryStore(), work: false });
  open.push(runtime);
  return runtime;
}

const chatWith = (tools: Tools) => createChat({ model: scripted([]), tools });
const namesIn = (runtime: Runtime): readonly string[] => runtime.tools('default').map(({ name }) => name);

describe('the tools of a chat, as people are told of them', () => {
  test('have the schemas that arguments and answers are checked by, as they take them in', () => {
    const pay = tool({
      title: 'Pay somebody',
      description: 'pays',
      input: z.object({ amount: z.string().transform(Number) }),
      output: z.object({ receipt: z.number().default(0) }),
      effect: 'once',
    });
    const model = scripted([]);
    const chat = createChat({ model, tools: { pay, wait: tool({ description: 'waits' }) } });
    const tools = runtimeOf(chat).tools('default');
    expect(tools).toEqual([
      {
        name: 'pay',
        title: 'Pay somebody',
        description: 'pays',
        input: expect.objectContaining({ properties: { amount: { type: 'string' } }, required: ['amount'] }),
        output: expect.objectContaining({ properties: { receipt: { default: 0, type: 'number' } } }),
        effect: 'once',
      },
      { name: 'wait', description: 'waits', input: { type: 'object', properties: {} }, effect: 'undeclared' },
    ]);
    expect(tools[0]?.output).not.toHaveProperty('required');
    // The very schema that models are told.
    expect(tools[0]?.input).toBe(chat.toolbox.declarations[0]?.inputSchema);
  });

  test('that their provider runs have a name and an effect alone', () => {
    const search = { provider: 'openai', kind: 'web_search', options: { secret: 1 }, effect: 'read' } as const;
    const code = { provider: 'openai', kind: 'code', options: {} };
    expect(runtimeOf(chatWith({ search, code })).tools('default')).toEqual([
      { name: 'search', effect: 'read', providerExecuted: true },
      { name: 'code', effect: 'undeclared', providerExecuted: true },
    ]);
  });

  test('go without a schema of their result where its library describes none', () => {
    const silent: Schema = { '~standard': { version: 1, vendor: 'own', validate: (value) => ({ value }) } };
    const look = tool({ description: 'looks', output: silent });
    expect(runtimeOf(chatWith({ look })).tools('default')).toMatchObject([{ name: 'look' }]);
    expect(runtimeOf(chatWith({ look })).tools('default')[0]).not.toHaveProperty('output');
  });

  test('are made once for as long as they are the same, also of a chat that is traced', () => {
    const look = tool({ description: 'looks', effect: 'read' });
    const runtime = runtimeOf(traced(chatWith([{ look }, { find: look }])));
    expect(namesIn(runtime)).toEqual(['look', 'find']);
    expect(runtime.tools('default')).toBe(runtime.tools('default'));
  });

  test('are those of now where they come and go', () => {
    const look = tool({ description: 'looks', effect: 'read' });
    let tools: ToolSet = { look };
    const runtime = runtimeOf(
      liveChat(
        () => tools,
        (set) => createChat({ model: scripted([]), tools: set }),
      ),
    );
    expect(namesIn(runtime)).toEqual(['look']);
    tools = { look, find: look };
    expect(namesIn(runtime)).toEqual(['look', 'find']);
  });

  test('are none where this process lacks the chat, or it tells of none', () => {
    const runtime = runtimeOf(chatWith({ look: tool({ description: 'looks' }) }));
    expect([runtime.tools('other'), runtime.tools('constructor')]).toEqual([[], []]);
    const own = { stream: async function* () {}, decide: () => Promise.reject(new Error('no')) };
    expect(runtimeOf(own).tools('default')).toEqual([]);
  });
});
