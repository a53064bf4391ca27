import * as v from 'valibot';
import { expect, test } from 'vitest';
import { ChatError } from '../conversation/error.ts';
import { declare } from './declare.ts';
import { tool } from './tool.ts';

test('a tool that takes nothing is told of as one that takes an empty record', () => {
  const look = tool({ description: 'Looks', run: () => 'seen' });
  expect(declare({ look })).toEqual([
    { name: 'look', description: 'Looks', inputSchema: { type: 'object', properties: {} } },
  ]);
});

test('a schema that cannot be described is refused, and the error says which, why, and what its library threw', () => {
  const cause = new Error('no dates');
  const validate = (value: unknown) => ({ value });
  const describe = (): never => {
    throw cause;
  };
  const input = { '~standard': { version: 1, vendor: 'mine', validate, jsonSchema: { input: describe } } } as const;
  const refused = new ChatError('invalid-request', 'Tool "look": its input schema cannot be described: no dates.', {
    cause,
  });
  expect(() => declare({ look: tool({ description: 'Looks', input, run: () => 'seen' }) })).toThrow(refused);
});

test('what cannot describe itself is refused with what can: an older zod, valibot as it is, JSON Schema as it is', () => {
  const validate = (value: unknown) => ({ value });
  const zod = { '~standard': { version: 1, vendor: 'zod', validate } } as const;
  const plain = { type: 'object', properties: {} } as unknown as typeof zod;
  const refusal = (input: typeof zod): unknown => {
    try {
      return declare({ look: tool({ description: 'Looks', input, run: () => 'seen' }) });
    } catch (error) {
      return error;
    }
  };
  expect([zod, plain, v.object({})].map((input) => String(refusal(input as typeof zod)))).toEqual(
    ['zod', 'none', 'valibot'].map(
      (library) =>
        `ChatError: Tool "look": its input schema cannot be described: its library (${library}) gives no JSON Schema; zod 4.2, toStandardJsonSchema of valibot and jsonSchema() do.`,
    ),
  );
});
