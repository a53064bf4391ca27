import assert from 'node:assert/strict';
import { test } from 'node:test';
import fastify from 'fastify';
import { toNodeListener } from 'yourcall/node';
import { app } from './fastify.ts';
import { handler } from './handler.ts';
import { listening } from './listening.ts';
import { tellStories } from './story.ts';

tellStories('Fastify 5', async () => {
  await app.listen({ port: 0, host: '127.0.0.1' });
  return listening(app.server);
});

test('a Fastify that has read the body itself is told so', async () => {
  const parsing = fastify();
  parsing.post('/api/chat/threads', (request, reply) => {
    reply.hijack();
    toNodeListener(handler)(request.raw, reply.raw);
  });
  const address = await parsing.listen({ port: 0, host: '127.0.0.1' });
  const headers = { 'content-type': 'application/json' };
  const refused = await fetch(`${address}/api/chat/threads`, { method: 'POST', headers, body: '{}' });
  assert.deepEqual(
    [refused.status, (await refused.text()).slice(0, 40)],
    [500, 'The body of the request was read before '],
  );
  await parsing.close();
});
