import { describe, expect, test } from 'vitest';
import { pageOf, sameAs } from '../../test/client/page.ts';
import { shopsOfTests } from '../../test/server/shop.ts';
import { textOf } from '../conversation/message.ts';
import type { ClientOptions } from './options.ts';
import type { LiveThread } from './thread.ts';
import type { SomeTools } from './typed.ts';

const shopWith = shopsOfTests();

type Fetch = NonNullable<ClientOptions['fetch']>;

/** A thread that Max looks at, whose words go through `around`. */
async function talking(
  around: (send: Fetch, request: Request) => Promise<Response> = (send, request) => send(request),
) {
  const { handler } = shopWith({ work: false, script: [] });
  const send: Fetch = (request) => handler.fetch(request);
  const isWord = ({ method, url }: Request): boolean => method === 'POST' && url.endsWith('/messages');
  const client = pageOf((request) => (isWord(request) ? around(send, request) : send(request)), 'max', {
    attempts: 3,
    random: () => 0,
  });
  const thread = client.thread((await client.createThread()).id);
  thread.subscribe(() => {});
  await thread.until(({ status }) => status === 'live');
  return { client, thread };
}

/** What is shown: the words, and how far they have come. */
function shown(thread: LiveThread<SomeTools>): readonly string[] {
  return thread
    .getSnapshot()
    .messages.map((message) => `${textOf(message)}${message.pending ? ` (${message.pending.state})` : ''}`);
}

const big = { type: 'base64', data: 'a'.repeat(100_000) } as const;

describe('a word', () => {
  test('is seen at once, and takes its place when the thread tells of it', async () => {
    const { client, thread } = await talking();
    const saying = thread.say('Hello.');
    expect(shown(thread)).toEqual(['Hello. (sending)']);
    const said = await saying;
    expect(said).toMatchObject({ type: 'sent', message: { author: 'max' } });
    await thread.until(({ messages }) => messages.every(({ pending }) => !pending));
    expect(thread.getSnapshot().messages).toEqual([said.type === 'sent' && said.message]);
    await sameAs(thread, client);
    thread.close();
  });

  test.each([
    ['text', 'Hello.'],
    ['a file that is stored apart', [{ type: 'file', mediaType: 'image/png', source: big }] as const],
  ])('of %s is seen once when the thread tells of it before the answer comes', async (_, content) => {
    const answered = Promise.withResolvers<void>();
    const { thread } = await talking(async (send, request) => {
      const response = await send(request);
      await answered.promise;
      return response;
    });
    const saying = thread.say(content);
    await thread.until(({ messages }) => messages.every(({ pending }) => !pending));
    expect(shown(thread)).toHaveLength(1);
    answered.resolve();
    await saying;
    expect(thread.getSnapshot().messages).toMatchObject([{ author: 'max' }]);
    thread.close();
  });

  test('stands twice when two people say the same at the same time', async () => {
    const answered = Promise.withResolvers<void>();
    const { client, thread } = await talking(async (send, request) => {
      if ((await request.clone().text()).includes('while')) await answered.promise;
      return send(request);
    });
    const saying = thread.say('Yes.', { while: 'queue' });
    await client.say(thread.id, 'Yes.');
    await thread.until(({ messages }) => messages.length === 1 && !messages[0]!.pending);
    answered.resolve();
    await saying;
    await thread.until(({ messages }) => messages.length === 2);
    await sameAs(thread, client);
    thread.close();
  });

  test('is said once though its answer was lost, and in its turn', async () => {
    const sent: string[] = [];
    const { client, thread } = await talking(async (send, request) => {
      sent.push(request.headers.get('idempotency-key') ?? '');
      const response = await send(request);
      if (sent.length === 1) throw new TypeError('terminated');
      return response;
    });
    expect(await Promise.all([thread.say('One.'), thread.say('Two.')])).toMatchObject([{ type: 'sent' }, {}]);
    expect([sent.length, sent[0] === sent[1], sent[1] === sent[2]]).toEqual([3, true, false]);
    expect((await client.readThread(thread.id)).messages.map(textOf)).toEqual(['One.', 'Two.']);
    await sameAs(thread, client);
    thread.close();
  });

  test('that nobody took is marked, and may be sent again or discarded', async () => {
    let isDown = true;
    const { client, thread } = await talking(async (send, request) => {
      if (isDown) throw new TypeError('fetch failed');
      return send(request);
    });
    const said = await thread.say('Hello.');
    const other = await thread.say('Never mind.');
    expect([said, other]).toMatchObject([{ type: 'failed', error: { code: 'network' } }, { type: 'failed' }]);
    expect(shown(thread)).toEqual(['Hello. (failed)', 'Never mind. (failed)']);
    isDown = false;
    if (said.type === 'failed') void thread.resend(said.id);
    if (other.type === 'failed') thread.discard(other.id);
    expect(shown(thread)).toEqual(['Hello. (sending)']);
    await thread.until(({ messages }) => messages.every(({ pending }) => !pending));
    await sameAs(thread, client);
    expect(() => thread.resend('nothing')).toThrow('no such word was given up');
    thread.close();
  });

  test('that is refused is not sent again by itself', async () => {
    let count = 0;
    const { thread } = await talking((send, request) => {
      count += 1;
      return send(request);
    });
    expect(await thread.say('')).toMatchObject({ type: 'failed', error: { providerCode: 'malformed' } });
    expect(count).toBe(1);
    thread.close();
  });

  test('that is on its way when the view is closed is given up', async () => {
    const { thread } = await talking(() => Promise.reject(new TypeError('fetch failed')));
    const saying = thread.say('Hello.');
    thread.close();
    expect(await saying).toMatchObject({ type: 'failed', error: { code: 'aborted' } });
    expect(thread.getSnapshot().status).toBe('closed');
  });
});
