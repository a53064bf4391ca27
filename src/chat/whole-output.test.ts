import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Conversation } from '../conversation/conversation.ts';
import { recordEvents } from '../testing/record-events.ts';
import { scripted } from '../testing/scripted.ts';
import { createChat } from './chat.ts';
import { outputTool } from './output.ts';
import type { Schema } from './schema.ts';
import { asObject } from './whole-output.ts';

const outputs = [
  ['a list', z.array(z.string().min(1)), ['Rome', 'Oslo'], ['', 'Oslo']],
  ['a text', z.string().startsWith('R'), 'Rome', 'Oslo'],
  [
    'one of several',
    z.union([z.object({ city: z.string() }), z.object({ none: z.literal(true) })]),
    { none: true },
    { none: 5 },
  ],
  ['nothing', z.string().nullable(), null, 5],
] as const;

describe.each(outputs)('an output that is %s', (_what, schema, right, wrong) => {
  const json = (output: unknown): string => JSON.stringify({ whole_output: output });

  test('is asked for as the member of an object, which providers demand, and taken out of it', async () => {
    const model = scripted([
      { calls: [{ name: outputTool, input: { whole_output: wrong } }] },
      { calls: [{ name: outputTool, input: { whole_output: right }, pieces: 6 }] },
    ]);
    const conversation = said();
    const { events } = await recordEvents(
      createChat({ model }).stream(conversation, { output: schema as Schema<unknown> }),
    );
    expect(events.at(-1)).toMatchObject({ type: 'done', finish: 'stop', output: right });
    const asked = model.requests[0]?.tools[0]?.inputSchema;
    expect(asked).toMatchObject({ type: 'object', required: ['whole_output'], additionalProperties: false });
    const partial = events.flatMap((event) => (event.type === 'output' ? [event.output] : []));
    expect(partial.at(-1)).toEqual(right);
    expect(JSON.stringify(partial)).not.toContain('whole_output');
    if (Array.isArray(right)) expect(partial.filter((one) => !Array.isArray(one))).toEqual([]);
    expect(await createChat({ model }).complete(conversation)).toMatchObject({ output: right });
  });

  test('is read from a text that holds it so, or bare', async () => {
    for (const text of [json(right), JSON.stringify(right)]) {
      const model = scripted([text], { capabilities: { output: 'always' } });
      const end = await createChat({ model }).complete(said(), { output: schema as Schema<unknown> });
      expect(end).toMatchObject({ type: 'done', output: right });
    }
    const model = scripted([json(wrong)], { capabilities: { output: 'always' } });
    const chat = createChat({ model, retry: () => false });
    await expect(chat.complete(said(), { output: schema as Schema<unknown> })).rejects.toMatchObject({
      code: 'invalid-response',
    });
  });
});

test('an output that is an object is asked for as it is', () => {
  const schema = z.object({ city: z.string() });
  expect(asObject(schema)).toBe(schema);
});

test('what a schema refers to is found where it stands then', () => {
  const described = {
    $ref: '#/$defs/node',
    $defs: {
      node: {
        type: 'object',
        properties: { next: { $ref: '#/$defs/node' }, all: { $ref: '#' }, $ref: { type: 'string' } },
      },
    },
    $comment: { $ref: '#/properties/x' },
  };
  const given: Schema = {
    '~standard': {
      version: 1,
      vendor: 'test',
      validate: (value) => ({ value }),
      jsonSchema: { input: () => described },
    },
  };
  const { jsonSchema } = asObject(given)['~standard'];
  expect(jsonSchema?.input({ target: 'draft-2020-12' })).toEqual({
    type: 'object',
    properties: {
      whole_output: { $ref: '#/$defs/node', $comment: { $ref: '#/properties/whole_output/properties/x' } },
    },
    required: ['whole_output'],
    additionalProperties: false,
    $defs: {
      node: {
        type: 'object',
        properties: {
          next: { $ref: '#/$defs/node' },
          all: { $ref: '#/properties/whole_output' },
          $ref: { type: 'string' },
        },
      },
    },
  });
});

test('a schema that cannot be described is refused as before', async () => {
  const bare = {
    '~standard': { version: 1, vendor: 'old', validate: (value: unknown) => ({ value }) },
  } as Schema<unknown>;
  const asked = createChat({ model: scripted(['Rome.']) }).complete(said(), { output: bare });
  await expect(asked).rejects.toMatchObject({ code: 'invalid-request' });
});

function said(): Conversation {
  const conversation = new Conversation();
  conversation.say('Where?');
  return conversation;
}
