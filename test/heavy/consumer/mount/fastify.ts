import fastify from 'fastify';
import { toNodeListener } from 'yourcall/node';
import { handler } from './handler.ts';

export const app = fastify();
const listener = toNodeListener(handler);

app.register(async (chat) => {
  // The handler reads bodies itself.
  chat.removeAllContentTypeParsers();
  chat.addContentTypeParser('*', (_request, _body, done) => done(null));
  chat.all('/api/chat/*', (request, reply) => {
    reply.hijack();
    listener(request.raw, reply.raw);
  });
});
// Ends what is streamed, so that `app.close()` does not wait for it.
app.addHook('preClose', () => handler.close());
