import { expect, test } from 'vitest';
import { shopsOfTests } from '../../test/server/shop.ts';
import { agUi } from './ag-ui/index.ts';
import { aiSdk } from './ai-sdk/index.ts';

const shopWith = shopsOfTests();

test.each([
  ['an empty text', ''],
  ['blanks', ' \n\t'],
  ['an empty part', [{ type: 'text', text: '' }]],
  [
    'parts of blanks',
    [
      { type: 'text', text: ' ' },
      { type: 'text', text: '\u00a0\n' },
    ],
  ],
  ['no part', []],
])('%s is no word, in no protocol, since providers take none (X2, L8)', async (_what, content) => {
  const { ask, handler, runtime } = shopWith({ dialects: [agUi(), aiSdk()], script: ['Hello.'] });
  const { id: thread } = (await ask('ann', 'POST /threads', {})).body as { id: string };
  const parts = typeof content === 'string' ? [{ type: 'text', text: content }] : content;
  const answers = [
    await ask('ann', `POST /threads/${thread}/messages`, { content }),
    await ask('ann', 'POST /ai-sdk', { id: thread, message: { id: 'w', role: 'user', parts } }),
    await ask('ann', 'POST /ag-ui', {
      threadId: thread,
      runId: 'r',
      messages: [{ id: 'w', role: 'user', content }],
      tools: [],
      context: [],
    }),
  ];
  expect(answers[0]).toMatchObject({ status: 400, body: { code: 'malformed' } });
  const { messages } = (await runtime.read({ tenant: 'acme', thread }))!;
  expect(messages).toEqual([]);
  await handler.close();
});

test('a blank beside a file, or beside a text, is part of a word', async () => {
  const { ask } = shopWith({ script: ['Hello.', 'Hello.'] });
  const { id: thread } = (await ask('ann', 'POST /threads', {})).body as { id: string };
  const file = { type: 'file', mediaType: 'image/png', source: { type: 'base64', data: 'AAAA' } };
  for (const other of [file, { type: 'text', text: 'Hi' }]) {
    const content = [{ type: 'text', text: ' ' }, other];
    expect((await ask('ann', `POST /threads/${thread}/messages`, { content })).status).toBe(202);
  }
});
