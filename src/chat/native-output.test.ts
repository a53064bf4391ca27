import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Conversation } from '../conversation/conversation.ts';
import type { ChatEvent } from '../conversation/event.ts';
import { recordEvents } from '../testing/record-events.ts';
import { scripted } from '../testing/scripted.ts';
import type { ScriptedTurn } from '../testing/scripted-turn.ts';
import { testIds } from '../testing/test-ids.ts';
import { createChat } from './chat.ts';
import type { Capabilities, Model, ModelEvent } from './model.ts';
import { outputTool } from './output.ts';
import type { ProviderTool } from './provider-tool.ts';
import { tool } from './tool.ts';
import type { MixedTools } from './tool.ts';

const output = z.object({ city: z.string(), days: z.array(z.number()) });
const given = { city: 'Rome', days: [1, 2] };
const text = '{"city": "Rome", "days": [1, 2]}';
const look = tool({ description: 'Look', effect: 'read', run: () => 'found' });
const search: ProviderTool = {
  provider: 'scripted',
  kind: 'search',
  options: {},
  effect: 'read',
};

/** A scripted model that gives outputs by its own means. */
function native(turns: readonly ScriptedTurn[], capabilities: Capabilities = { output: 'always' }) {
  return scripted(turns, { capabilities });
}

function said(): Conversation {
  const conversation = new Conversation({ newId: testIds() });
  conversation.say('Where?');
  return conversation;
}

const finish = { type: 'finish', reason: 'stop' } as const;

describe('an output by the means of the provider', () => {
  test('is asked for without a tool, told while it is written, and is what the schema makes of the text', async () => {
    const model = native([text]);
    const conversation = said();
    const { outline, events } = await recordEvents(createChat({ model }).stream(conversation, { output }));
    expect(outline.filter((line) => line !== 'output')).toEqual([
      'user: Where?',
      'assistant',
      ...['{"city": ', '"Rome", ', '"days": [1, ', '2]}'].map((word) => `text: ${word}`),
      'step-end: stop',
      'done: stop',
    ]);
    const partial = events.flatMap((event) => (event.type === 'output' ? [event.output] : []));
    expect(partial).toEqual([{}, { city: 'Rome' }, { city: 'Rome', days: [1] }, given]);
    expect(events.at(-1)).toMatchObject({ output: given, text });
    expect(model.requests[0]).toMatchObject({
      tools: [],
      output: { name: 'output', schema: { type: 'object', required: ['city', 'days'] } },
    });
    expect(model.requests[0]?.settings).not.toHaveProperty('toolChoice');
    expect(conversation.messages[1]).toMatchObject({ finish: 'stop', output: given });
  });

  test('is stored, and given again when it is asked for again, also by another process (L2, P2)', async () => {
    const model = native([text]);
    const chat = createChat({ model });
    const conversation = said();
    await chat.complete(conversation, { output });
    const loaded = Conversation.parse(JSON.stringify(conversation));
    expect((await recordEvents(chat.stream(loaded, { output }))).events).toMatchObject([
      { type: 'done', output: given },
    ]);
    expect(await chat.complete(loaded)).toMatchObject({ output: given });
    expect(model.requests).toHaveLength(1);
  });

  test('may be anything that JSON can say, and its schema may take its time', async () => {
    const slow = z.unknown().transform(async (value) => {
      await Promise.resolve();
      return value === 1 ? 'one' : value;
    });
    for (const [said_, made] of [
      ['1', 'one'],
      ['null', null],
      ['false', false],
      ['"text"', 'text'],
    ] as const) {
      const schema = { '~standard': { ...slow['~standard'], jsonSchema: { input: () => ({}) } } };
      const done = await createChat({ model: native([said_]) }).complete(said(), { output: schema });
      expect(done).toHaveProperty('output', made);
    }
  });

  test('stands behind the calls of its answer that the provider runs itself', async () => {
    const calls = [{ name: 'search', input: {}, provider: 'runs', result: 1 }] as const;
    const events: readonly ModelEvent[] = [
      { type: 'text', delta: 'I look {first}.' },
      { type: 'call', key: 1, name: 'search', arguments: '{}', providerExecuted: true },
      { type: 'result', key: 1, output: 1 },
      { type: 'text', delta: text },
      finish,
    ];
    const chat = createChat({ model: native([{ events }, { calls, text }]), tools: { search }, retry: () => false });
    expect(await chat.complete(said(), { output })).toMatchObject({ output: given });
    await expect(chat.complete(said(), { output })).rejects.toMatchObject({ code: 'invalid-response' });
  });

  test('comes after the calls of ours, beside which a model that can is asked the same way', async () => {
    const model = native([{ text: 'I look.', calls: [{ name: 'look', input: {} }] }, text]);
    const done = await createChat({ model, tools: { look } }).complete(said(), { output });
    expect(done).toMatchObject({ output: given, steps: 2 });
    expect(model.requests.map((request) => [request.tools.map(({ name }) => name), request.output?.name])).toEqual([
      [['look'], 'output'],
      [['look'], 'output'],
    ]);
  });

  test('comes after the calls of ours, also of an answer that says that it has come to its end', async () => {
    const model = native([{ text: 'I look.', calls: [{ name: 'look', input: {} }], finish: 'stop' }, text]);
    const done = await createChat({ model, tools: { look }, retry: () => false }).complete(said(), { output });
    expect(done).toMatchObject({ output: given, steps: 2 });
  });

  test('is told to its end, also when the last of it is short', async () => {
    const city = 'R'.repeat(200);
    const pieces = [`{"city":"${city}","days":[1`, ',2]}'].map((delta) => ({ type: 'text', delta }) as const);
    const { events } = await recordEvents(
      createChat({ model: native([{ events: [...pieces, finish] }]) }).stream(said(), { output }),
    );
    expect(events.flatMap((event) => (event.type === 'output' ? [event.output] : []))).toEqual([
      { city, days: [1] },
      { city, days: [1, 2] },
    ]);
  });

  test('begins anew with an answer that does (L4)', async () => {
    const events: readonly ModelEvent[] = [
      { type: 'text', delta: '{"city":"Pa' },
      { type: 'reset', reason: 'another one takes over' },
      { type: 'text', delta: text },
      finish,
    ];
    const { events: told } = await recordEvents(createChat({ model: native([{ events }]) }).stream(said(), { output }));
    expect(told.flatMap((event) => (event.type === 'output' ? [event.output] : []))).toEqual([{ city: 'Pa' }, given]);
    expect(told.at(-1)).toMatchObject({ output: given });
  });
});

describe('which means', () => {
  /** How a model with this capability is asked, beside these tools. */
  async function asked(means: Capabilities['output'], tools: MixedTools, step?: object): Promise<unknown> {
    const model = native([{ events: [{ type: 'finish', reason: 'length' }] }], means ? { output: means } : {});
    await createChat({ model, tools, ...(step && { step: () => step }) }).complete(said(), { output });
    const [request] = model.requests;
    const names = request?.tools.map(({ name }) => name);
    return [request?.output ? 'native' : 'tool', names, request?.settings.toolChoice];
  }

  test('a model that can only without tools is asked by a tool beside others, and so is one that cannot', async () => {
    expect(await asked('without-tools', {})).toEqual(['native', [], undefined]);
    expect(await asked('without-tools', { look })).toEqual(['tool', ['look', outputTool], 'required']);
    expect(await asked('without-tools', { search })).toEqual(['tool', [outputTool], 'required']);
    expect(await asked('without-tools', { look }, { tools: [] })).toEqual(['native', [], undefined]);
    expect(await asked(undefined, {})).toEqual(['tool', [outputTool], { tool: outputTool }]);
    expect(await asked('always', { look }, { toolChoice: 'none' })).toEqual(['native', ['look'], 'none']);
  });

  test('is decided for each step: another model may go on by its own (P1)', async () => {
    const first = scripted([{ calls: [{ name: 'look', input: {} }] }]);
    const second = native([text]);
    const step = ({ number }: { readonly number: number }): { model: Model } => ({
      model: number === 1 ? first : second,
    });
    const chat = createChat({ model: first, tools: { look }, step });
    const conversation = said();
    expect(await chat.complete(conversation, { output })).toMatchObject({ output: given });
    expect(first.requests[0]?.tools.map(({ name }) => name)).toEqual(['look', outputTool]);
    expect(second.requests[0]).toMatchObject({ output: { name: 'output' } });
    // And back: the next output comes by a call.
    conversation.say('And then?');
    const third = scripted([{ calls: [{ name: outputTool, input: { city: 'Pisa', days: [] } }] }]);
    const done = await createChat({ model: third, tools: { look } }).complete(conversation, { output });
    expect(done).toMatchObject({ output: { city: 'Pisa', days: [] } });
  });
});

describe('a text that is no such output', () => {
  test('is asked for again like any answer that makes no sense, and ends as invalid-response with what is wrong', async () => {
    const model = native(['Rome.', '{"city": 5}', text]);
    const chat = createChat({ model, retry: () => 0 });
    const { outline, events } = await recordEvents(chat.stream(said(), { output }));
    expect(outline.filter((line) => /^(reset|warning|done)/.test(line))).toEqual([
      'reset: removed',
      expect.stringContaining('is not valid: it is no JSON'),
      'reset: removed',
      expect.stringContaining('is not valid: city: '),
      'done: stop',
    ]);
    expect(events.at(-1)).toMatchObject({ output: given, usage: { input: 30, output: 15 } });

    const twice = createChat({ model: native(['{"city": "Rome"}']), retry: () => false });
    const conversation = said();
    await expect(twice.complete(conversation, { output })).rejects.toMatchObject({
      code: 'invalid-response',
      retryable: true,
      message: expect.stringMatching(/^The output of scripted\/script is not valid: days: /),
    });
    expect(conversation.messages[1]).toMatchObject({ interrupted: true, parts: [{ text: '{"city": "Rome"}' }] });
  });

  test('is not looked for where the model refused, was cut or filtered', async () => {
    for (const reason of ['refusal', 'content-filter', 'length', 'other'] as const) {
      const model = native([{ text: 'I cannot', finish: reason }]);
      const done = await createChat({ model }).complete(said(), { output });
      expect(done).toMatchObject({ type: 'done', finish: reason, text: 'I cannot' });
      expect(done).not.toHaveProperty('output');
    }
  });

  test('does not come out of a stop while it is looked at (L3)', async () => {
    const stop = new AbortController();
    const never = {
      '~standard': {
        version: 1,
        vendor: 'mine',
        validate: () => {
          stop.abort(new Error('enough'));
          return new Promise<never>(() => {});
        },
        jsonSchema: { input: () => ({}) },
      },
    } as const;
    const chat = createChat({ model: native([text]) });
    const { events, error } = await recordEvents(chat.stream(said(), { output: never, signal: stop.signal }));
    expect(events.at(-1)).toMatchObject({ type: 'error', code: 'aborted' });
    expect(error).toEqual(new Error('enough'));
  });

  test('a schema that cannot be described ends the run before anybody is asked', async () => {
    const undescribed = { '~standard': { version: 1, vendor: 'mine', validate: () => ({ value: 1 }) } } as const;
    const model = native([]);
    const { events } = await recordEvents(createChat({ model }).stream(said(), { output: undescribed }));
    expect(events.at(-1)).toMatchObject({ type: 'error', code: 'invalid-request' });
  });
});

test('what is committed is the message with its output (P6)', async () => {
  const conversation = said();
  const copy = new Conversation();
  const commit = (events: readonly ChatEvent[]): void => events.forEach((event) => copy.apply(event));
  await createChat({ model: native([text]) }).complete(conversation, { output, commit });
  expect(copy.messages).toEqual(conversation.messages);
});
