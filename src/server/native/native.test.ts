import { describe, expect, test } from 'vitest';
import { framesUntil, requestAs, shopsOfTests } from '../../../test/server/shop.ts';
import { nativeRoutesOf } from './routes.ts';

const shopWith = shopsOfTests();

describe('threads', () => {
  test('are made, read, listed, renamed, archived and erased', async () => {
    const { ask } = shopWith({ script: [] });
    const made = await ask('ann', 'POST /threads', { title: 'Lunch' });
    expect([made.status, made.body]).toMatchObject([201, { title: 'Lunch', owner: 'ann', status: 'new' }]);
    const { id } = made.body;
    expect((await ask('ann', 'GET /threads')).body.items).toMatchObject([{ id }]);
    expect((await ask('ann', `PATCH /threads/${id}`, { title: 'Dinner', archived: true })).body).toMatchObject({
      title: 'Dinner',
      archivedAt: expect.any(Number),
    });
    expect((await ask('ann', 'GET /threads')).body.items).toEqual([]);
    expect((await ask('ann', 'GET /threads?archived=true')).body.items).toHaveLength(1);
    expect((await ask('ann', `DELETE /threads/${id}`)).status).toBe(403);
    expect((await ask('max', `DELETE /threads/${id}`)).status).toBe(204);
    expect((await ask('max', `GET /threads/${id}`)).status).toBe(404);
  });

  test('of others are theirs, but for who manages, and who decides reads them (X1)', async () => {
    const { ask } = shopWith({ script: [] });
    const { id } = (await ask('ann', 'POST /threads', {})).body;
    const say = { content: 'Hello.' };
    const statuses = async (who: string) => [
      (await ask(who, `GET /threads/${id}`)).status,
      (await ask(who, `POST /threads/${id}/messages`, say)).status,
      (await ask(who, 'GET /threads')).body.items.length,
    ];
    expect(await statuses('bob')).toEqual([404, 404, 0]);
    expect(await statuses('kim')).toEqual([200, 403, 0]);
    expect(await statuses('eve')).toEqual([404, 404, 0]);
    expect(await statuses('max')).toEqual([200, 202, 1]);
  });
});

describe('words', () => {
  test('are said once under one key, and nothing else under it', async () => {
    const { ask } = shopWith({ script: [], work: false });
    const { id } = (await ask('ann', 'POST /threads', {})).body;
    const say = (who: string, content: string) =>
      ask(who, `POST /threads/${id}/messages`, { content }, { 'idempotency-key': '1' });
    const first = await say('ann', 'Hello.');
    expect([first.status, first.body]).toMatchObject([202, { type: 'sent', message: { author: 'ann' } }]);
    expect((await say('ann', 'Hello.')).body).toEqual(first.body);
    expect((await say('ann', 'Pay!')).body).toMatchObject({ status: 422, code: 'key-reused' });
    expect((await say('max', 'Hello.')).body.message.id).not.toBe(first.body.message.id);
    expect((await ask('ann', `GET /threads/${id}`)).body.messages).toHaveLength(2);
  });

  test('are only what a client may say (X2)', async () => {
    const { ask } = shopWith({ script: [], work: false });
    const { id } = (await ask('ann', 'POST /threads', {})).body;
    const say = async (content: unknown) => (await ask('ann', `POST /threads/${id}/messages`, { content })).status;
    const file = { type: 'file', mediaType: 'image/png' };
    expect(await say([{ ...file, source: { type: 'base64', data: 'aGk=' } }])).toBe(202);
    expect(await say([{ ...file, source: { type: 'provider', provider: 'openai', id: 'file-1' } }])).toBe(400);
    expect(await say([{ ...file, source: { type: 'url', url: 'http://169.254.169.254/' } }])).toBe(400);
    expect(await say([{ type: 'tool', call: {} }])).toBe(400);
    expect(await say([{ type: 'text', text: 'Hi.', origin: { provider: 'x', model: 'y', data: 1 } }])).toBe(202);
    expect(await say('')).toBe(400);
    const { messages } = (await ask('ann', `GET /threads/${id}`)).body;
    expect(messages.at(-1).parts).toEqual([{ type: 'text', text: 'Hi.' }]);
  });

  test('say what they do to a model that speaks, in words that are known (D8)', async () => {
    const { ask, runtime } = shopWith({ script: [], work: false });
    const { id } = (await ask('ann', 'POST /threads', {})).body;
    const say = async (how: string) =>
      (await ask('ann', `POST /threads/${id}/messages`, { content: 'Hi.', while: how })).status;
    expect([await say('shout'), await say('queue'), await say('interrupt')]).toEqual([400, 202, 202]);
    const told: unknown[] = [];
    for await (const { event } of runtime.watch({ tenant: 'acme', thread: id }, { after: 'c0' }))
      if (told.push('interrupts' in event) === 2) break;
    expect(told).toEqual([false, true]);
  });

  test('wait for calls, cancel them, or stop them (D8, E7)', async () => {
    const { ask, waiting, paid } = shopWith({ script: [{ calls: [{ name: 'pay', input: { amount: 1 } }] }, 'Well.'] });
    const { thread, call } = await waiting();
    const queued = await ask('ann', `POST /threads/${thread}/messages`, { content: 'Still there?' });
    expect(queued.body).toMatchObject({ type: 'queued', behind: [call] });
    expect((await ask('ann', `POST /threads/${thread}/cancel`, { calls: true })).body).toEqual({ stopped: true });
    expect((await ask('ann', `GET /threads/${thread}`)).body.waiting).toEqual([]);
    expect(paid).toEqual([]);
  });
});

describe('decisions', () => {
  test('are put to a group, and taken by whoever authorize says is in it (D7, X1)', async () => {
    const { ask, waiting } = shopWith({ approvers: ['finance'] });
    const { thread, call, seen } = await waiting();
    const calls = async (who: string) =>
      (await ask(who, 'GET /inbox')).body.items.map((one: { readonly call: { readonly id: string } }) => one.call.id);
    expect([await calls('kim'), await calls('fay'), await calls('max')]).toEqual([[], [call], [call]]);
    const decide = async (who: string) => {
      const decisions = [{ call, seen, decision: { type: 'approve' } }];
      return (await ask(who, `POST /threads/${thread}/decisions`, { decisions })).body.answers[0].type;
    };
    expect([await decide('kim'), await decide('fay')]).toEqual(['forbidden', 'applied']);
  });

  test('are taken by who may, in their name, and run the call once', async () => {
    const { ask, waiting, until, paid } = shopWith();
    const { thread, call, seen } = await waiting();
    const decide = (who: string) =>
      ask(who, `POST /threads/${thread}/decisions`, { decisions: [{ call, seen, decision: { type: 'approve' } }] });
    expect((await decide('ann')).body.answers).toMatchObject([
      { type: 'forbidden', reason: 'it takes the right "decide"' },
    ]);
    expect((await decide('kim')).body.answers).toMatchObject([
      { type: 'applied', call: { state: 'approved', decisions: [{ by: 'kim' }] } },
    ]);
    await until(thread, 'done');
    expect(paid).toEqual([50]);
    expect((await decide('max')).body.answers).toMatchObject([{ type: 'already', earlier: { by: 'kim' } }]);
    expect((await ask('max', 'GET /audit')).body.items).toMatchObject([{ thread, decided: { by: 'kim' } }]);
    // Who may not decide sees that it was approved, not by whom (X3).
    expect(JSON.stringify((await ask('ann', `GET /threads/${thread}`)).body)).not.toContain('kim');
    expect(JSON.stringify((await ask('kim', `GET /threads/${thread}`)).body)).toContain('kim');
  });

  test('are each answered by themselves, several at once', async () => {
    const { ask, waiting } = shopWith({
      script: [
        {
          calls: [
            { name: 'pay', input: { amount: 1 } },
            { name: 'pay', input: { amount: 2 } },
          ],
        },
        'Done.',
      ],
    });
    const { thread, call, seen } = await waiting();
    const { body } = await ask('kim', `POST /threads/${thread}/decisions`, {
      decisions: [
        { call, seen, decision: { type: 'approve', input: { amount: 'many' } } },
        { call, seen, decision: { type: 'reject', reason: 'no' } },
        { call, decision: { type: 'approve' } },
        { call: 'nothing', seen, decision: { type: 'approve' } },
      ],
    });
    expect(body.answers.map(({ type }: { type: string }) => type)).toEqual([
      'invalid',
      'applied',
      'invalid',
      'not-found',
    ]);
  });

  test('of what a tool waits for are answers of its user alone (D7)', async () => {
    const { ask, waiting, until } = shopWith({ script: [{ calls: [{ name: 'locate', input: {} }] }, 'Here.'] });
    const { thread, call } = await waiting();
    const answer = (who: string) =>
      ask(who, `POST /threads/${thread}/decisions`, {
        decisions: [{ call, decision: { type: 'answer', output: { city: 'Ulm' } } }],
      });
    expect((await answer('kim')).body.answers).toMatchObject([{ type: 'forbidden' }]);
    expect((await answer('bob')).status).toBe(404);
    expect((await answer('ann')).body.answers).toMatchObject([{ type: 'applied' }]);
    const late = (await answer('ann')).body.answers[0];
    expect([late.type, Object.keys(late.earlier)]).toEqual(['already', ['at']]);
    await until(thread, 'done');
  });

  test('that there is no answer is said by its user too, and by whoever decides (D7)', async () => {
    const turns = [{ calls: [{ name: 'locate', input: {} }] }, 'Nobody knows.'];
    const { ask, waiting, until } = shopWith({ script: [...turns, ...turns, ...turns] });
    const reject = (who: string, { thread, call, seen }: Awaited<ReturnType<typeof waiting>>) =>
      ask(who, `POST /threads/${thread}/decisions`, { decisions: [{ call, seen, decision: { type: 'reject' } }] });
    const first = await waiting();
    expect((await reject('bob', first)).status).toBe(404);
    expect((await reject('ann', { ...first, seen: 'other' })).body.answers).toMatchObject([{ type: 'stale' }]);
    expect((await reject('ann', first)).body.answers).toMatchObject([{ type: 'applied', call: { state: 'rejected' } }]);
    await until(first.thread, 'done');
    const second = await waiting();
    expect((await reject('kim', second)).body.answers).toMatchObject([{ type: 'applied' }]);
    await until(second.thread, 'done');
  });

  test('an approval is rejected by nobody who may only answer (D7)', async () => {
    const { ask, waiting } = shopWith();
    const { thread, call, seen } = await waiting();
    const decisions = [{ call, seen, decision: { type: 'reject' } }];
    const { body } = await ask('ann', `POST /threads/${thread}/decisions`, { decisions });
    expect(body.answers).toMatchObject([{ type: 'forbidden', reason: 'it takes the right "decide"' }]);
  });
});

describe('events', () => {
  test('begin with the format, and go on behind a place (S8)', async () => {
    const { until, waiting, handler } = shopWith();
    const { thread } = await waiting();
    const frames = await until(thread, 'paused');
    expect(frames[0]).toEqual({ name: 'format', data: { format: 1 } });
    const text = await lastIds(await handler.fetch(requestAs('ann', `GET /threads/${thread}/events?after=c0`)));
    const place = text[1]!;
    const response = await handler.fetch(
      requestAs('ann', `GET /threads/${thread}/events?after=c0`, undefined, { 'last-event-id': place }),
    );
    const rest = await framesUntil(response, 'paused');
    expect(rest.slice(1)).toEqual(frames.slice(3));
  });

  test('of a place that is none are refused', async () => {
    const { ask, waiting } = shopWith();
    const { thread } = await waiting();
    expect((await ask('ann', `GET /threads/${thread}/events?after=12`)).body).toMatchObject({ status: 400 });
  });
});

/** The ids of a stream up to its pause. */
async function lastIds(response: Response): Promise<readonly string[]> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const bytes of response.body!) {
    text += decoder.decode(bytes, { stream: true });
    if (text.includes('event: paused')) break;
  }
  return [...text.matchAll(/^id: (.*)$/gm)].map(([, id]) => id!);
}

describe('the inbox', () => {
  test('has what waits for whoever asks, and tells when that changes (X1)', async () => {
    const { ask, waiting, handler } = shopWith();
    const response = await handler.fetch(requestAs('kim', 'GET /inbox/events'));
    const reader = response.body!.getReader();
    const next = async () => new TextDecoder().decode((await reader.read()).value);
    expect(await next()).toBe(':\n\n');
    expect(await next()).toBe('event: inbox\ndata: {"items":[]}\n\n');
    const { thread, call, seen } = await waiting();
    expect(await next()).toContain(call);
    expect((await ask('kim', 'GET /inbox')).body.items).toMatchObject([
      { thread: { id: thread }, call: { id: call }, seen },
    ]);
    expect((await ask('ann', 'GET /inbox')).status).toBe(403);
    expect((await ask('eve', 'GET /inbox')).body.items).toEqual([]);
    await reader.cancel();
  });
});

const nativeRoutes = nativeRoutesOf({});

describe('the OpenAPI document', () => {
  test('has every route, and no other', async () => {
    const { ask } = shopWith();
    const { body } = await ask('', 'GET /openapi.json');
    const said = Object.entries<object>(body.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(said.toSorted()).toEqual(
      nativeRoutes.map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`).toSorted(),
    );
  });

  test('leaves nothing open but itself and the health of the process', async () => {
    expect(nativeRoutes.filter(({ action }) => !action).map(({ path }) => path)).toEqual([
      '/healthz',
      '/readyz',
      '/openapi.json',
    ]);
    const { ask } = shopWith();
    expect((await ask('', 'GET /healthz')).body).toEqual({ status: 'ok' });
    expect((await ask('', 'GET /readyz')).body).toEqual({ status: 'ok' });
  });
});
