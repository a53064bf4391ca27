import { describe, expect, test } from 'vitest';
import { createHandler } from '../../src/server/handler.ts';
import { memoryStore } from '../../src/store/memory/index.ts';
import { sqliteStore } from '../../src/store/sqlite/index.ts';
import type { GrantOffer, OfferedRule } from '../../src/conversation/grant-offer.ts';
import type { Called, Notes } from './granting-shop.ts';
import { notesOfTests } from './granting-shop.ts';
import { authorize } from './shop.ts';

const open = notesOfTests();
const hello = { name: 'write', input: { path: 'docs/a.md', content: 'Hello' } };
const bye = { name: 'write', input: { path: 'docs/a.md', content: 'Bye' } };

/** What is offered beside a call that waits. */
function offered({ item }: Called): Extract<GrantOffer, { type: 'offered' }> {
  const offer = item?.grants;
  if (offer?.type !== 'offered') throw new Error(`Nothing was offered: ${JSON.stringify(offer)}`);
  return offer;
}

function choiceOf(called: Called, says = 'exactly this'): OfferedRule {
  return offered(called).choices.find((one) => one.says === says)!;
}

/** Approves, and grants with it. */
async function granted(
  { client }: Notes,
  called: Called,
  { who = 'max', says, input }: { who?: string; says?: string; input?: object } = {},
) {
  const { thread, item } = called;
  const decision = { type: 'approve', ...(input && { input }) } as const;
  const grant = { choice: choiceOf(called, says).id, scope: 'hour' } as const;
  const [answer] = await client(who).decide(thread, [{ call: item!.call.id, seen: item!.seen, decision, grant }]);
  return answer!;
}

describe.each([
  ['memory', () => memoryStore({ auditSecret: 'secret' })],
  ['SQLite', () => sqliteStore(':memory:', { auditSecret: 'secret' })],
])('grants beside the threads of a store in %s', (_, store) => {
  test('what is granted with an approval lets calls like it run, until it is taken back; both are on record (S7)', async () => {
    const notes = open({ store: store() });
    const first = await notes.called('ann', hello);
    expect(offered(first).choices.map(({ says }) => says)).toEqual([
      'exactly this',
      'path: any file in ./docs',
      'content: whatever it says',
    ]);
    const answer = await granted(notes, first, { who: 'kim', says: 'content: whatever it says' });
    expect(answer).toMatchObject({ type: 'applied', grant: { type: 'granted', grant: { by: 'kim', scope: 'hour' } } });
    expect((await notes.called('bob', bye)).item).toBeUndefined();
    expect(notes.written).toHaveLength(2);
    const [grant, ...others] = await notes.client('kim').listGrants();
    expect([grant?.from, others]).toEqual([{ thread: first.thread, call: first.item!.call.id }, []]);
    await notes.client('max').revokeGrant(grant!.id);
    expect((await notes.called('ann', bye)).item?.call.name).toBe('write');
    const { items } = await notes.client('max').readAudit();
    expect(items.map(({ decided }) => [decided?.decision.type, decided?.by, decided?.call])).toEqual([
      ['approve', 'kim', first.item!.call.id],
      ['grant', 'kim', first.item!.call.id],
      ['revoke', 'max', first.item!.call.id],
    ]);
    expect(items[1]?.decided?.decision).toEqual({ type: 'grant', grant });
    const check = { tenant: 'acme', secret: 'secret' };
    expect(await notes.runtime.verifyAudit(check)).toEqual({ trails: 1, entries: 3 });
  });

  test('beside a decision something is granted too, and the call waits on', async () => {
    const notes = open({ store: store() });
    const first = await notes.called('ann', hello);
    const call = first.item!.call.id;
    const kim = notes.client('kim');
    expect(await kim.offerGrants(first.thread, call)).toEqual(first.item!.grants);
    const wish = { choice: choiceOf(first).id, scope: 'thread' } as const;
    expect(await kim.grant(first.thread, call, wish)).toMatchObject({ thread: first.thread, tenant: 'acme' });
    expect((await notes.client('max').readInbox()).items).toHaveLength(1);
    await kim.decide(first.thread, [{ call, seen: first.item!.seen, decision: { type: 'approve' } }]);
    const again = await notes.called('ann', hello, first.thread);
    const elsewhere = await notes.called('ann', hello);
    expect([again.item, elsewhere.item?.call.name]).toEqual([undefined, 'write']);
  });

  test('what a tenant has granted lets nothing run of another one (X1)', async () => {
    const notes = open({ store: store() });
    await granted(notes, await notes.called('ann', hello));
    expect((await notes.called('bob', hello)).item).toBeUndefined();
    expect((await notes.called('eve', hello)).item?.call.name).toBe('write');
    const [grant] = await notes.client('max').listGrants();
    expect(await notes.client('eve').listGrants()).toEqual([]);
    expect(await notes.status('eve', `DELETE /grants/${grant!.id}`)).toBe(404);
  });

  test('what was granted from a thread goes with it', async () => {
    const notes = open({ store: store() });
    const first = await notes.called('ann', hello);
    await granted(notes, first);
    await notes.client('max').watchThread(first.thread, { after: 'c0' }).next();
    await expect.poll(() => notes.written.length).toBe(1);
    await notes.client('max').eraseThread(first.thread);
    expect(await notes.client('max').listGrants()).toEqual([]);
    expect((await notes.called('ann', hello)).item?.call.name).toBe('write');
  });
});

describe('who may', () => {
  test('grant takes the right to decide, and so does hearing of what is offered (D7)', async () => {
    const notes = open({ store: memoryStore() });
    const { thread, item } = await notes.called('ann', hello);
    const place = `/threads/${thread}/calls/${item!.call.id}/grants`;
    const wish = { choice: 'x', scope: 'hour' };
    for (const what of [`GET ${place}`, `POST ${place}`, 'GET /grants', 'DELETE /grants/g'])
      expect([what, await notes.status('ann', what, wish)]).toEqual([what, 403]);
    const [waiting] = (await notes.client('ann').readThread(thread)).waiting;
    expect([waiting?.call.name, waiting?.grants]).toEqual(['write', undefined]);
    const [shown] = (await notes.client('kim').readThread(thread)).waiting;
    expect(shown?.grants).toEqual(item!.grants);
  });

  test('take back what others have granted is who manages', async () => {
    const notes = open({ store: memoryStore() });
    await granted(notes, await notes.called('ann', hello));
    const [grant] = await notes.client('max').listGrants();
    expect([await notes.client('kim').listGrants(), await notes.status('kim', `DELETE /grants/${grant!.id}`)]).toEqual([
      [],
      404,
    ]);
    expect(await notes.status('max', `DELETE /grants/${grant!.id}`)).toBe(204);
    expect(await notes.status('max', `DELETE /grants/${grant!.id}`)).toBe(404);
  });
});

describe('nothing is granted', () => {
  test('that was not offered, or for longer than is allowed', async () => {
    const notes = open({ store: memoryStore(), scopes: ['thread', 'hour'] });
    const first = await notes.called('ann', hello);
    const post = (wish: object) =>
      notes.status('kim', `POST /threads/${first.thread}/calls/${first.item!.call.id}/grants`, wish);
    const { id: choice } = choiceOf(first);
    expect(offered(first).scopes).toEqual(['thread', 'hour']);
    expect(await post({ choice: 'another', scope: 'hour' })).toBe(409);
    expect(await post({ choice, scope: 'always' })).toBe(409);
    expect(await post({ choice, scope: 'ever' })).toBe(400);
    expect(await post({ choice, scope: 'hour', by: 'cfo' })).toBe(400);
    expect(await post({ rule: { decision: 'allow', tool: '*' }, scope: 'hour' })).toBe(400);
    expect(await notes.client('max').listGrants()).toEqual([]);
  });

  test('when the arguments are other ones than it was offered for (D6)', async () => {
    const notes = open({ store: memoryStore() });
    const answer = await granted(notes, await notes.called('ann', hello), { input: { path: '../etc', content: '' } });
    expect(answer).toMatchObject({ type: 'applied', grant: { type: 'refused' } });
    expect(await notes.client('max').listGrants()).toEqual([]);
  });

  test('with an approval that does not count, or with a decision that is none', async () => {
    const notes = open({ store: memoryStore() });
    const first = await notes.called('ann', hello);
    await notes
      .client('kim')
      .decide(first.thread, [{ call: first.item!.call.id, seen: first.item!.seen, decision: { type: 'reject' } }]);
    const late = await granted(notes, first);
    expect(late).toMatchObject({ type: 'already', grant: { because: 'the approval does not count' } });
    const choice = { call: 'c', decision: { type: 'reject' }, grant: { choice: 'x', scope: 'hour' } };
    expect(await notes.status('kim', `POST /threads/${first.thread}/decisions`, { decisions: [choice] })).toBe(400);
    expect(await notes.client('max').offerGrants(first.thread, first.item!.call.id)).toMatchObject({
      because: 'nobody is asked about it, and nobody has approved it',
    });
  });

  test.each([
    ['of a tool that destroys', { name: 'shred', input: hello.input }, 'its tool destroys'],
    [
      'where a tool itself asks',
      { name: 'pay', input: { amount: 1 } },
      'something else than these rules asks about it',
    ],
    ['of a tool that is not known', { name: 'hidden', input: hello.input }, 'its tool is not known here'],
    [
      'about what holds secrets',
      { name: 'write', input: { path: '.env' } },
      'it is about a file or a value that holds secrets',
    ],
  ])('%s', async (_, call, because) => {
    const notes = open({ store: memoryStore() });
    const { item } = await notes.called('ann', call);
    expect(item?.grants).toEqual({ type: 'refused', because });
  });

  test('where a rule asks, however often somebody approves', async () => {
    const rules = [{ decision: 'ask', tool: 'write', reason: 'always ask' }] as const;
    const notes = open({ store: memoryStore(), rules });
    const { item } = await notes.called('ann', hello);
    expect(item?.grants).toMatchObject({ type: 'refused' });
  });

  test('on a server without grants, and one whose rules keep none is not made', async () => {
    const notes = open({ store: memoryStore() });
    const { thread, item } = await notes.called('ann', hello);
    const { runtime } = notes;
    const bare = createHandler({ runtime, authorize });
    const ask = async (path: string, method = 'GET') => {
      const headers = { authorization: 'Bearer max' };
      const response = await bare.fetch(new Request(`http://localhost${path}`, { method, headers }));
      return response.status === 200 ? response.json() : response.status;
    };
    expect(await ask(`/threads/${thread}/calls/${item!.call.id}/grants`)).toEqual({
      type: 'refused',
      because: 'nothing is granted here',
    });
    expect([await ask('/grants'), await ask('/grants/g', 'DELETE')]).toEqual([{ items: [] }, 404]);
    const none = () => Promise.reject(new Error('never'));
    const rules = { grants: undefined, suggestGrant: () => ({ type: 'refused', because: '' }) as const, grant: none };
    expect(() => createHandler({ runtime, authorize, grants: { rules, tools: {} } })).toThrow('made without `grants`');
  });
});

test('a grant ends by the clock, and is still listed', async () => {
  let now = Date.now();
  const notes = open({ store: memoryStore(), now: () => now });
  await granted(notes, await notes.called('ann', hello));
  expect((await notes.called('ann', hello)).item).toBeUndefined();
  now += 3_600_000;
  expect((await notes.called('ann', hello)).item?.call.name).toBe('write');
  expect(await notes.client('max').listGrants()).toHaveLength(1);
});
