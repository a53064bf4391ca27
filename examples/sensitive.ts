import { createChat, tool } from 'yourcall';
import { createRuntime, memoryStore } from 'yourcall/runtime';
import { createHandler } from 'yourcall/server';
import type { Who } from 'yourcall/server';
import { scripted } from 'yourcall/testing';
import { z } from 'zod';

const login = tool({
  description: 'Log in at a supplier',
  input: z.object({ user: z.string(), password: z.string() }),
  sensitive: ['password', 'token'],
  policy: 'ask',
  run: ({ user }) => ({ user, token: 'tok-93fd' }),
});

const input = { user: 'ann', password: 'hunter2' };
const model = scripted([{ calls: [{ name: 'login', input }] }, 'You are logged in.']);
await using runtime = createRuntime({ chat: createChat({ model, tools: { login } }), store: memoryStore() });
const people: Readonly<Record<string, Who>> = {
  ann: { principal: 'ann', tenant: 'acme', scopes: ['read', 'send', 'answer'] },
  kim: { principal: 'kim', tenant: 'acme', scopes: ['read', 'decide'] },
};
const authorize = ({ headers }: Request) =>
  people[headers.get('authorization') ?? ''] ?? new Response('who are you?', { status: 401 });
const handler = createHandler({
  runtime,
  authorize,
  // Of tools that others have made.
  sensitive: { crm__lookup: ['ssn'] },
});

const thread = await runtime.threads.create({ tenant: 'acme', owner: 'ann' });
await runtime.send(thread, 'Log me in.');
const events = await handler.fetch(requestOf('ann', `/threads/${thread.thread}/events?after=c0`));
for await (const bytes of events.body!) if (new TextDecoder().decode(bytes).includes('event: paused')) break;
for (const who of ['ann', 'kim']) {
  const read = (await (await handler.fetch(requestOf(who, `/threads/${thread.thread}`))).json()) as {
    waiting: { call: { input: unknown } }[];
  };
  console.log(who, read.waiting[0]?.call.input);
}
await handler.close();

function requestOf(who: string, path: string): Request {
  return new Request(`http://localhost${path}`, { headers: { authorization: who } });
}
