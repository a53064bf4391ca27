// What every mount has to show: a talk with a pause in it, and how it refuses.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { handler, links, runtime } from './handler.ts';

/** Asks a server for a path behind its root. */
export type Ask = (path: string, init?: RequestInit) => Promise<Response>;

/** A server that was opened, and what closes it. */
export interface Mounted {
  readonly ask: Ask;
  close?(): unknown;
}

let people = 0;

after(async () => {
  await handler.close();
  await runtime.close();
});

/** Plays every story against what is mounted at `/api/chat`. */
export function tellStories(name: string, open: () => Mounted | Promise<Mounted>): void {
  describe(name, () => {
    let mounted: Mounted;
    before(async () => {
      mounted = await open();
    });
    after(() => mounted.close?.());
    test('a talk: say, see it pause, decide, read the end', () => talk(personOf(mounted.ask)));
    test('a link decides, once', () => decideByLink(mounted.ask));
    test('who goes away ends the stream', () => leave(personOf(mounted.ask)));
    test('refusals are problems', () => refusals(mounted.ask));
    test('what looks after processes asks for no body', () => health(mounted.ask));
    test('a page of another origin asks first', () => preflight(mounted.ask));
  });
}

/** Somebody new, who asks for paths of the chat. */
function personOf(ask: Ask): Ask {
  people += 1;
  const headers = { authorization: `Bearer person${people}`, 'content-type': 'application/json' };
  return (path, init) => ask(`/api/chat${path}`, { headers, ...init });
}

async function talk(ask: Ask): Promise<void> {
  const thread = await newThread(ask);
  const events = await ask(`${thread}/events?after=c0`);
  assert.equal(events.headers.get('content-type'), 'text/event-stream; charset=utf-8');
  const heard = framesOf(events);
  await post(ask, `${thread}/messages`, { content: 'Refund it.' });
  // The stream has no end: what is read of it was not held back.
  await heard.until('paused');
  const { waiting } = await json(ask(thread));
  const [{ call, seen }] = waiting;
  const decisions = [{ call: call.id, seen, decision: { type: 'approve' } }];
  const { answers } = await post(ask, `${thread}/decisions`, { decisions });
  assert.deepEqual(
    answers.map(({ type }: { type: string }) => type),
    ['applied'],
  );
  assert.equal((await heard.until('done')).text, 'It is on its way.');
  await heard.leave();
}

/** Fay has no token but her link: looking changes nothing, the form decides, and a second time it does not. */
async function decideByLink(server: Ask): Promise<void> {
  const ask = personOf(server);
  const path = await newThread(ask);
  const heard = framesOf(await ask(`${path}/events?after=c0`));
  await post(ask, `${path}/messages`, { content: 'Refund it.' });
  await heard.until('paused');
  const thread = { tenant: 'acme', thread: path.slice('/threads/'.length) };
  const { items } = await runtime.inbox({ tenant: 'acme', thread: thread.thread, principal: 'fay' });
  const link = new URL(await links.linkTo({ thread, call: items[0]!.call, principal: 'fay' })).pathname;
  const page = await server(link);
  const shown = await page.text();
  assert.deepEqual([page.status, page.headers.get('referrer-policy')], [200, 'no-referrer']);
  assert.match(shown, /You decide as fay\..*<button>Approve<\/button>/s);
  const headers = { 'content-type': 'application/x-www-form-urlencoded', origin: 'null' };
  const pressed = () => server(link, { method: 'POST', headers, body: 'decision=approve' });
  assert.match(await (await pressed()).text(), /<h1>Approved<\/h1>/);
  assert.equal((await heard.until('done')).text, 'It is on its way.');
  await heard.leave();
  assert.equal((await pressed()).status, 409);
  assert.equal((await server(`${link.slice(0, -2)}AA`)).status, 404);
}

/** Of a person who may have one stream open, the second is refused until the server knows that the first was left. */
async function leave(ask: Ask): Promise<void> {
  const thread = await newThread(ask);
  const first = framesOf(await ask(`${thread}/events`));
  await first.until('format');
  const second = await ask(`${thread}/events`);
  assert.deepEqual([second.status, second.headers.get('retry-after')], [429, '5']);
  await second.body?.cancel();
  await first.leave();
  for (let turn = 0; turn < 50; turn += 1) {
    const again = await ask(`${thread}/events`);
    await again.body?.cancel();
    if (again.status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail('the stream is still open');
}

async function refusals(server: Ask): Promise<void> {
  const ask = personOf(server);
  const thread = await newThread(ask);
  const large = { method: 'POST', body: JSON.stringify({ content: 'x'.repeat(20_000) }) };
  const nobody = await server('/api/chat/threads');
  assert.deepEqual([nobody.status, await nobody.text()], [401, 'Who are you?']);
  assert.deepEqual(
    [
      await problemOf(ask('/nowhere')),
      await problemOf(ask(`${thread}/messages`, { method: 'DELETE' })),
      await problemOf(ask(`${thread}/messages`, { method: 'POST', body: '{"contents":1}' })),
      await problemOf(ask(`${thread}/messages`, large)),
    ],
    ['404 not-found', '405 wrong-method', '400 malformed', '413 too-large'],
  );
}

async function problemOf(asked: Promise<Response>): Promise<string> {
  const response = await asked;
  const { status, headers } = response;
  const text = await response.text();
  if (headers.get('content-type') !== 'application/problem+json') return `${status} ${text}`;
  return `${status} ${JSON.parse(text).code}`;
}

async function health(ask: Ask): Promise<void> {
  for (const method of ['GET', 'HEAD']) {
    const { status, body } = await ask('/api/chat/healthz', { method });
    assert.equal(status, 200);
    await body?.cancel();
  }
}

async function preflight(ask: Ask): Promise<void> {
  const asked = {
    method: 'OPTIONS',
    headers: { origin: 'https://app.example', 'access-control-request-method': 'POST' },
  };
  const allowed = await ask('/api/chat/threads', asked);
  assert.equal(allowed.status, 204);
  assert.equal(allowed.headers.get('access-control-allow-origin'), 'https://app.example');
  assert.match(allowed.headers.get('access-control-allow-methods') ?? '', /POST/);
  const stranger = { ...asked, headers: { ...asked.headers, origin: 'https://evil.example' } };
  const refused = await ask('/api/chat/threads', stranger);
  assert.deepEqual([refused.status, refused.headers.get('access-control-allow-origin')], [403, null]);
}

async function newThread(ask: Ask): Promise<string> {
  const { id } = await post(ask, '/threads', {});
  return `/threads/${id}`;
}

async function post(ask: Ask, path: string, body: object) {
  const response = await ask(path, { method: 'POST', body: JSON.stringify(body) });
  assert.equal(response.ok, true);
  return response.json();
}

async function json(asked: Promise<Response>) {
  return (await asked).json();
}

/** The events of a stream, read one by one. */
function framesOf(response: Response) {
  assert.equal(response.status, 200);
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  return {
    /** Reads on up to an event of this name, and gives its data. */
    async until(name: string) {
      for (;;) {
        const [, data] = new RegExp(`event: ${name}\ndata: (.*)\n\n`).exec(text) ?? [];
        if (data) return JSON.parse(data);
        const { value, done } = await reader.read();
        if (done) assert.fail(`the stream ended before ${name}: ${text}`);
        text += value;
      }
    },
    leave: () => reader.cancel(),
  };
}
