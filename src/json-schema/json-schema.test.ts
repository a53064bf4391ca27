import { describe, expect, it } from 'vitest';
import { createChat } from '../chat/chat.ts';
import { describeInput, textOfIssues } from '../chat/schema.ts';
import type { Schema } from '../chat/schema.ts';
import { tool } from '../chat/tool.ts';
import { Conversation } from '../conversation/conversation.ts';
import { ChatError } from '../conversation/error.ts';
import { scripted } from '../testing/scripted.ts';
import { jsonSchema } from './index.ts';

/** What a schema says of a value, in one line. */
function check(schema: Schema, value: unknown): string {
  const result = schema['~standard'].validate(value);
  if (result instanceof Promise) throw new Error('it is synchronous');
  return result.issues ? textOfIssues(result.issues) : 'ok';
}

const order = {
  type: 'object',
  properties: {
    id: { type: 'string', pattern: '^[A-Z]-\\d+$' },
    amount: { type: 'number', exclusiveMinimum: 0 },
    lines: { type: 'array', items: { $ref: '#/$defs/line' } },
  },
  required: ['id', 'amount'],
  additionalProperties: false,
  $defs: { line: { type: 'object', properties: { sku: { type: 'string' } }, required: ['sku'] } },
};

describe('a schema of plain JSON Schema', () => {
  it('lets through what fits, as it is', () => {
    const value = { id: 'A-17', amount: 60, lines: [{ sku: 'x' }] };
    expect(jsonSchema(order)['~standard'].validate(value)).toEqual({ value });
  });

  it('says everything that is wrong, and where', () => {
    const schema = jsonSchema(order);
    expect(check(schema, {})).toBe('id: is missing; amount: is missing');
    expect(check(schema, { id: 'A-17', amount: '60' })).toMatch(/^amount: .*"string".*"number"/);
    expect(check(schema, { id: 'A-17', amount: 1, tip: 2 })).toBe('tip: is not expected');
    expect(check(schema, { id: 'A-17', amount: 1, lines: [{ sku: 'x' }, {}] })).toBe('lines.1.sku: is missing');
    expect(check(schema, [])).toMatch(/"array".*"object"/);
  });

  it('gives the steps of a path as they are in the value', () => {
    const schema = jsonSchema({ properties: { 'a/b~c %#é': { properties: { 'say "hi".': { type: 'null' } } } } });
    expect(schema['~standard'].validate({ 'a/b~c %#é': { 'say "hi".': 1 } })).toMatchObject({
      issues: [{ path: ['a/b~c %#é', 'say "hi".'] }],
    });
    expect(jsonSchema({ required: ['say "hi".'] })['~standard'].validate({})).toEqual({
      issues: [{ message: 'is missing', path: ['say "hi".'] }],
    });
  });

  it('is not told a thousand issues', () => {
    const issues = jsonSchema({ items: { type: 'string' } })['~standard'].validate(
      Array.from({ length: 1000 }, () => 1),
    );
    expect(issues).toMatchObject({ issues: { length: 20 } });
  });

  it('names what each alternative misses, and the alternatives when nothing else is wrong', () => {
    const either = { anyOf: [{ required: ['mail'] }, { required: ['phone'] }] };
    expect(check(jsonSchema(either), {})).toBe('mail: is missing; phone: is missing');
    expect(check(jsonSchema({ oneOf: [true, true] }), 1)).toMatch(/2 matches/);
    expect(check(jsonSchema({ not: {} }), 1)).toMatch(/"not"/);
    expect(check(jsonSchema({ enum: ['a', 'b'] }), 'c')).toMatch(/\["a","b"\]/);
  });

  it('follows references: to definitions, to itself, to anchors and ids within', () => {
    const tree = jsonSchema({ properties: { kids: { items: { $ref: '#' } }, name: { type: 'string' } } });
    expect(check(tree, { kids: [{ kids: [{ name: 'deep' }] }] })).toBe('ok');
    expect(check(tree, { kids: [{ kids: [{ name: 7 }] }] })).toMatch(/^kids\.0\.kids\.0\.name: /);
    const ids = {
      $id: 'https://a.example/root',
      $defs: { a: { $anchor: 'x', type: 'null' }, b: { $id: 'b', const: 1 } },
    };
    expect(check(jsonSchema({ ...ids, properties: { a: { $ref: '#x' }, b: { $ref: 'b' } } }), { a: 1, b: 2 })).toMatch(
      /^a: .*; b: /,
    );
  });

  it.each([
    ['date-time', '2030-01-07T08:00:00Z', '2030-01-07 at eight'],
    ['date', '2028-02-29', '2030-02-29'],
    ['email', 'ann@example.com', 'ann'],
    ['uri', 'https://example.com/a', 'not a uri'],
    ['uuid', '2eb8aa08-aa98-11ea-b4aa-73b441d16380', '2eb8aa08'],
    ['ipv4', '127.0.0.1', '127.0.0.256'],
  ])('checks the format %s', (format, right, wrong) => {
    expect(check(jsonSchema({ type: 'string', format }), right)).toBe('ok');
    expect(check(jsonSchema({ type: 'string', format }), wrong)).toContain(format);
  });

  it('takes a format that it does not know for a note', () => {
    expect(check(jsonSchema({ type: 'string', format: 'iban' }), 'whatever')).toBe('ok');
  });

  it('knows 2020-12 without being told: tuples, what else is required, what was not looked at', () => {
    const pair = jsonSchema({ prefixItems: [{ type: 'string' }], items: { type: 'number' } });
    expect(check(pair, ['a', 1, 'b'])).toMatch(/^2: /);
    const card = jsonSchema({
      dependentRequired: { card: ['cvc'] },
      allOf: [{ properties: { card: true } }],
      unevaluatedProperties: false,
    });
    expect(check(card, { card: 1 })).toMatch(/"cvc"/);
    expect(check(card, { tip: 1 })).toBe('tip: is not expected');
  });

  it('knows draft-07 when the schema says so: lists of items, dependencies, nothing beside a reference', () => {
    const $schema = 'http://json-schema.org/draft-07/schema#';
    const pair = jsonSchema({ $schema, items: [{ type: 'string' }], additionalItems: false });
    expect(check(pair, ['a', 'b'])).toBe('1: is not expected');
    expect(check(jsonSchema({ $schema, dependencies: { card: ['cvc'] } }), { card: 1 })).toMatch(/"cvc"/);
    const beside = { definitions: { any: true }, properties: { a: { $ref: '#/definitions/any', type: 'string' } } };
    expect(check(jsonSchema({ $schema, ...beside }), { a: 1 })).toBe('ok');
    expect(check(jsonSchema(beside), { a: 1 })).toMatch(/^a: /);
  });

  it('knows draft-04: a bound that is left out', () => {
    const schema = jsonSchema({
      $schema: 'http://json-schema.org/draft-04/schema#',
      minimum: 1,
      exclusiveMinimum: true,
    });
    expect([check(schema, 1) === 'ok', check(schema, 2)]).toEqual([false, 'ok']);
  });

  it('describes itself verbatim, whatever becomes of the object it was made of', () => {
    const given = structuredClone(order);
    const schema = jsonSchema(given);
    Object.assign(given, { required: [] });
    schema['~standard'].validate({});
    expect(describeInput(schema)).toEqual(order);
    expect(check(schema, {})).toContain('id: is missing');
  });

  it.each<[string, object, string]>([
    ['a type that is none', { properties: { a: { type: 'strnig' } } }, '#/properties/a/type is "strnig"'],
    ['a reference to nothing', { items: { $ref: '#/$defs/a' } }, '#/items/$ref: "#/$defs/a" names nothing in it'],
    ['a reference elsewhere', { $ref: 'https://a.example/b' }, 'names nothing in it'],
    ['a dynamic reference', { $dynamicRef: '#a' }, 'dynamic references are not supported'],
    ['a pattern that is none', { pattern: '[' }, '#/pattern is "[", not a regular expression'],
    ['a name of a pattern that is none', { patternProperties: { '(': true } }, '#/patternProperties/( is not a reg'],
    ['what is required as in draft-03', { properties: { a: { required: true } } }, '#/properties/a/required is true'],
    ['a member that is no schema', { properties: { a: 'string' } }, '#/properties/a is not a schema'],
    ['members in a list', { properties: ['a'] }, '#/properties is not an object of schemas'],
    ['alternatives that are no list', { anyOf: {} }, '#/anyOf is not a list of schemas'],
    ['a list of items in 2020-12', { items: [true] }, '#/items is not a schema'],
    ['a bound that is no number', { properties: { a: { minimum: '1' } } }, '#/properties/a/minimum is "1"'],
    ['a bound of draft-04', { minimum: 1, exclusiveMinimum: true }, '#/exclusiveMinimum is true'],
    ['a draft that is not known', { $schema: 'https://a.example/my' }, '`$schema` is "https://a.example/my"'],
    ['a list', [], 'it is not an object'],
    ['what is not JSON', { const: 1n }, 'it is not JSON'],
    ['two schemas of one name', { $defs: { a: { $id: 'b' }, c: { $id: 'b' } } }, 'Duplicate schema URI'],
  ])('refuses at once %s', (_, schema, why) => {
    expect(() => jsonSchema(schema)).toThrow(expect.objectContaining({ code: 'invalid-request' }) as ChatError);
    expect(() => jsonSchema(schema)).toThrow(why);
  });

  it('takes words that it does not know for notes, also where they look like keywords', () => {
    const schema = {
      'x-order': 3,
      examples: [{ type: 'strnig' }],
      default: { $ref: '#/nope' },
      properties: { type: true, $ref: true },
    };
    expect(check(jsonSchema(schema), { type: 7, $ref: 'a' })).toBe('ok');
  });
});

describe('a tool with plain JSON Schema', () => {
  it('is told to the model, checks what the model writes, and what a person edits', async () => {
    const input = jsonSchema<{ to: string; amount: number }>({
      type: 'object',
      properties: { to: { type: 'string' }, amount: { type: 'number', minimum: 1 } },
      required: ['to', 'amount'],
    });
    const pay = tool({ description: 'Pay', input, run: ({ to, amount }) => `${amount.toFixed(2)} to ${to.trim()}` });
    const model = scripted([
      { calls: [{ name: 'pay', input: { to: 'Bob' } }] },
      { calls: [{ name: 'pay', input: { to: 'Bob', amount: 600 } }] },
      'Paid.',
    ]);
    const chat = createChat({ model, tools: { pay } });
    const conversation = new Conversation();
    conversation.say('Pay Bob');
    await chat.complete(conversation);
    const [call] = chat.waiting(conversation).approvals;

    const wrong = await chat.decide(conversation, call!, { type: 'approve', input: { to: 'Bob', amount: 0 } });
    expect(wrong).toMatchObject({ type: 'invalid', issues: [{ path: ['amount'] }] });
    await chat.decide(conversation, call!, { type: 'approve', input: { to: 'Bob', amount: 60 } });
    await chat.complete(conversation);

    expect(model.requests[0]?.tools[0]?.inputSchema).toMatchObject({ required: ['to', 'amount'] });
    const calls = conversation.messages.flatMap(({ parts }) =>
      parts.flatMap((part) => (part.type === 'tool' ? [part.call] : [])),
    );
    expect(calls).toMatchObject([
      { state: 'failed', reason: 'the input of pay is not valid: amount: is missing' },
      { state: 'completed', output: '60.00 to Bob' },
    ]);
  });
});
