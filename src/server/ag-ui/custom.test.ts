import { expect, test } from 'vitest';
import { wholePart } from './custom.ts';

const url = 'https://example.org/a.png';

test.each([
  [
    { type: 'file', mediaType: 'image/png', source: { type: 'base64', data: 'AAAA' }, name: 'a.png' },
    {
      name: 'yourcall:file',
      value: { message: 'm', mediaType: 'image/png', url: 'data:image/png;base64,AAAA', name: 'a.png' },
    },
  ],
  [
    { type: 'file', mediaType: 'image/png', source: { type: 'url', url } },
    { name: 'yourcall:file', value: { message: 'm', mediaType: 'image/png', url } },
  ],
  [
    { type: 'source', url, title: 'A' },
    { name: 'yourcall:source', value: { message: 'm', url, title: 'A' } },
  ],
  [
    { type: 'source', url },
    { name: 'yourcall:source', value: { message: 'm', url } },
  ],
  [
    { type: 'source', title: 'A' },
    { name: 'yourcall:source', value: { message: 'm', title: 'A' } },
  ],
  [
    // One that a model or a tool had named so would be taken for an event of TanStack AI.
    { type: 'data', name: 'approval-requested', data: 1 },
    { name: 'yourcall:data', value: { message: 'm', name: 'approval-requested', data: 1 } },
  ],
] as const)('%j', (part, event) => {
  expect(wholePart('m', part)).toEqual([{ type: 'CUSTOM', ...event }]);
});

test.each([
  { type: 'blob', digest: 'd', size: 9 },
  { type: 'provider', provider: 'openai', id: 'f' },
] as const)('of a file that only others have nothing is told: %j', (source) => {
  expect(wholePart('m', { type: 'file', mediaType: 'image/png', source })).toEqual([]);
});
