import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { app } from './fastify.ts';
import { runtime } from './handler.ts';

after(() => runtime.close());

test('a Fastify that is closed ends the streams that are open, and waits for nobody', async () => {
  const address = await app.listen({ port: 0, host: '127.0.0.1' });
  const headers = { authorization: 'Bearer ann', 'content-type': 'application/json' };
  const made = await fetch(`${address}/api/chat/threads`, { method: 'POST', headers, body: '{}' });
  const { id } = (await made.json()) as { id: string };
  const events = await fetch(`${address}/api/chat/threads/${id}/events`, { headers });
  await app.close();
  assert.match(await events.text(), /^:\n\n/);
});
