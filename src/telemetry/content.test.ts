import type { Attributes } from '@opentelemetry/api';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { Recorded } from '../../test/telemetry/recorded.ts';
import { createChat } from '../chat/chat.ts';
import { tool, ToolError, waitFor } from '../chat/tool.ts';
import { Conversation } from '../conversation/conversation.ts';
import { ChatError } from '../conversation/error.ts';
import { scripted } from '../testing/scripted.ts';
import type { ContentAbout, TelemetryOptions } from './options.ts';
import { traced } from './traced.ts';

const recorded = new Recorded();
beforeAll(() => recorded.install());
beforeEach(() => recorded.clear());
afterAll(() => recorded.uninstall());

const secret = 'SECRET';
const input = z.object({ card: z.string() });
const given = { card: secret };
const options = { description: 'A tool', input, effect: 'once' } as const;

const tools = {
  pay: tool({
    ...options,
    policy: () => ({ ask: { reason: secret, preview: secret } }),
    run: () => ({ receipt: secret }),
  }),
  refuse: tool({
    ...options,
    policy: 'allow',
    run: () => {
      throw new ToolError(secret);
    },
  }),
  fail: tool({
    ...options,
    effect: 'read',
    run: async () => {
      throw new Error(secret);
    },
  }),
  ask: tool({ ...options, policy: 'allow', run: (_, { answer }) => answer ?? waitFor({ question: secret }) }),
  deny: tool({ ...options, policy: () => ({ deny: secret }), run: () => secret }),
};

/** A talk in which everything is secret that people, models and tools make: paused, decided and resumed, and failed in the end. */
async function talk(telemetry: TelemetryOptions, unknown = 'unknown'): Promise<void> {
  const calls = [...Object.keys(tools), unknown].map((name) => ({ name, input: given }));
  const model = scripted(
    [
      { reasoning: secret, text: secret, calls },
      { text: secret },
      { error: new ChatError('auth', secret, { cause: new Error(secret) }) },
    ],
    { turnBy: 'asked' },
  );
  const chat = traced(
    createChat({
      model,
      tools,
      instructions: secret,
      settings: { headers: { authorization: secret }, providerOptions: { scripted: { key: secret } } },
      onError: () => {},
    }),
    telemetry,
  );
  const conversation = new Conversation();
  conversation.say(secret);
  await chat.complete(conversation);
  const { approvals, questions } = chat.waiting(conversation);
  await chat.decide(conversation, approvals[0]!.id, { type: 'approve', input: { card: `${secret}!` } }, { by: 'ann' });
  await chat.complete(conversation);
  await chat.decide(conversation, approvals[0]!.id, { type: 'reject', reason: secret }, { by: 'ann' });
  await chat.decide(conversation, questions[0]!.id, { type: 'answer', output: secret }, { by: 'ann' });
  await chat.complete(conversation);
  conversation.say(secret);
  await chat.complete(conversation).catch(() => {});
}

function told(): string {
  return JSON.stringify(
    recorded.spans.map(({ name, attributes, events, status }) => [name, attributes, events, status]),
  );
}

function attributesOf(name: string): Attributes {
  return recorded.named(name).at(-1)?.attributes ?? {};
}

test('by default no word of people, models, tools and errors is told', async () => {
  await talk({}, secret);
  expect(recorded.spans.length).toBeGreaterThan(8);
  expect(recorded.named('execute_tool pay')).toHaveLength(1);
  expect(recorded.tree().join('\n')).toContain('execute_tool fail !Error');
  expect(recorded.tree().join('\n')).toContain('chat script !auth');
  expect(told()).not.toContain(secret);
  for (const name of ['gen_ai.execute_tool.duration', 'gen_ai.client.operation.duration', 'yourcall.approval.wait']) {
    const measured = await recorded.measured(name);
    expect(JSON.stringify(measured)).not.toContain(secret);
    await talk({}, secret);
  }
});

test('with `content` it is told, in the form of the conventions; errors, headers and options never are', async () => {
  await talk({ content: true });
  const pay = attributesOf('execute_tool pay');
  expect(pay).toMatchObject({
    'gen_ai.tool.call.arguments': '{"card":"SECRET!"}',
    'gen_ai.tool.call.result': '{"receipt":"SECRET"}',
    'yourcall.approval.policy_reason': 'SECRET',
  });
  const [first, second] = recorded.named('chat script').map(({ attributes }) => attributes);
  const parsed = (value: unknown): unknown => JSON.parse(String(value));
  expect(parsed(first?.['gen_ai.input.messages'])).toEqual([
    { role: 'user', parts: [{ type: 'text', content: secret }] },
  ]);
  expect(parsed(first?.['gen_ai.system_instructions'])).toEqual([{ type: 'text', content: secret }]);
  expect(parsed(first?.['gen_ai.tool.definitions'])).toContainEqual({
    type: 'function',
    name: 'pay',
    description: 'A tool',
    parameters: expect.objectContaining({ properties: { card: { type: 'string' } } }),
  });
  const call = { type: 'tool_call', name: 'pay', arguments: '{"card":"SECRET"}' };
  expect(parsed(first?.['gen_ai.output.messages'])).toEqual([
    {
      role: 'assistant',
      finish_reason: 'tool-calls',
      parts: expect.arrayContaining([{ type: 'reasoning', content: secret }, { type: 'text', content: secret }, call]),
    },
  ]);
  const roles = (parsed(second?.['gen_ai.input.messages']) as { role: string; parts: unknown[] }[]).map(
    ({ role }) => role,
  );
  expect(roles).toEqual(['user', 'assistant', 'tool']);
  const spans = recorded.spans.map(({ attributes, ...rest }) => ({
    ...rest,
    attributes: Object.keys(attributes).filter((name) => name.includes('header') || name.includes('exception')),
  }));
  expect(spans.flatMap(({ attributes }) => attributes)).toEqual([]);
  expect(recorded.named('chat script').at(-1)?.status.message).toBeUndefined();
});

test('a function says what stands for each value, and is told which it is', async () => {
  const asked: ContentAbout[] = [];
  await talk({
    content: (value, about) => {
      asked.push(about);
      return about.kind === 'result' ? { kept: JSON.stringify(value).length } : undefined;
    },
  });
  expect(told()).not.toContain(secret);
  expect(attributesOf('execute_tool pay')['gen_ai.tool.call.result']).toBe('{"kept":20}');
  expect(attributesOf('execute_tool pay')).not.toHaveProperty('gen_ai.tool.call.arguments');
  const kinds = new Set(asked.map(({ kind }) => kind));
  expect([...kinds].toSorted()).toEqual(['arguments', 'input', 'instructions', 'output', 'reason', 'result', 'tools']);
  expect(asked).toContainEqual({ kind: 'arguments', tool: 'pay' });
});

test('a function that throws, promises or gives what is not JSON leaves the value out', async () => {
  const circle: Record<string, unknown> = {};
  circle['circle'] = circle;
  for (const content of [
    () => {
      throw new Error(secret);
    },
    async (value: unknown) => value,
    async () => {
      throw new Error(secret);
    },
    () => circle,
  ]) {
    recorded.clear();
    await talk({ content });
    expect(told()).not.toContain(secret);
    expect(recorded.named('execute_tool pay')[0]?.attributes).not.toHaveProperty('gen_ai.tool.call.result');
  }
});

/** The same tools, with a member that they keep to themselves; one that refuses may say it in its words, and is known by all. */
const keeping = Object.fromEntries(
  Object.entries(tools).map(([name, one]) => [
    name,
    { ...one, sensitive: name === 'ask' ? true : ['card', 'receipt'] },
  ]),
) as unknown as typeof tools;

test('what tools keep to themselves stands in no span, and no function is given it', async () => {
  for (const content of [true, (value: unknown) => value]) {
    const calls = Object.keys(tools).map((name) => ({ name, input: given }));
    const model = scripted([{ calls }, 'Done.', 'Done.']);
    const chat = traced(createChat({ model, tools: keeping, onError: () => {} }), { content });
    const conversation = new Conversation();
    conversation.say('Pay.');
    await chat.complete(conversation);
    const [pay] = chat.waiting(conversation).approvals;
    const edit = { type: 'approve', input: { card: `${secret}!` } } as const;
    await chat.decide(conversation, pay!.id, edit, { by: 'ann' });
    await chat.complete(conversation);
    expect(pay).toBeDefined();
    expect(told()).toContain('(withheld)');
    expect(told()).not.toContain(secret);
  }
});
