// Any host of MCP as a desk where people approve: what it takes until something is paid, and what does not do it.
import { describe, expect, test, vi } from 'vitest';
import { openDesk, yes } from './host.ts';
import type { Answer } from './host.ts';

describe('a host of MCP', () => {
  test('says something, shows what waits, and has its person confirm what they decide', async () => {
    const desk = await openDesk();
    const max = await desk.host('max', { answer: yes });
    const said = await max.call('say', { text: 'Pay 50, please.' });
    expect(said.data).toMatchObject({ status: 'paused', waiting: [{ name: 'pay', input: { amount: 50 } }] });
    const { data } = await max.call('inbox');
    const [{ thread, call, seen }] = data.items;
    expect(data.items).toEqual([{ ...said.data.waiting[0], since: expect.any(String) }]);
    const decided = await max.call('decide', { thread, call, seen, decision: 'approve' });
    expect(decided.data).toEqual({ outcome: 'applied', call, state: 'approved' });
    expect(max.asked).toHaveLength(1);
    expect(max.asked[0]).toContain('Do you decide this, as max: approve?');
    expect(max.asked[0]).toContain('"amount": 50');
    expect(max.asked[0]).toContain('because: money');
    const done = await max.call('read_thread', { thread });
    expect(done.data).toMatchObject({
      status: 'done',
      messages: [{}, { calls: [{ state: 'completed' }] }, { text: 'Paid.' }],
    });
    expect(desk.paid).toEqual([50]);
    expect((await max.call('inbox')).data).toEqual({ items: [] });
  });

  test.each<[string, Answer]>([
    ['declines', { action: 'decline' }],
    ['closes the question', { action: 'cancel' }],
    ['leaves the box empty', { action: 'accept', confirm: false }],
    ['sends an empty form', { action: 'accept' }],
  ])('decides nothing when its person %s', async (_, answer) => {
    const desk = await openDesk();
    const at = await desk.waiting();
    const kim = await desk.host('kim', { answer: () => answer });
    const { isError, data } = await kim.call('decide', { ...at, decision: 'approve' });
    expect([isError, data.code, kim.asked.length]).toEqual([true, 'declined', 1]);
    expect((await kim.call('inbox')).data.items).toMatchObject([{ call: at.call, seen: at.seen }]);
    expect(desk.paid).toEqual([]);
  });

  test.each(['auto', 'legacy'] as const)('that cannot ask its person decides nothing (%s)', async (era) => {
    const desk = await openDesk();
    const at = await desk.waiting();
    const kim = await desk.host('kim', { era });
    const { isError, data } = await kim.call('decide', { ...at, decision: 'approve' });
    expect([isError, data.code]).toEqual([true, 'unconfirmed']);
    expect(desk.paid).toEqual([]);
  });

  test('decides without a question where the server was made so', async () => {
    const desk = await openDesk({ mcp: { decide: 'unconfirmed' } });
    const at = await desk.waiting();
    const kim = await desk.host('kim', { era: 'legacy' });
    expect((await kim.call('decide', { ...at, decision: 'reject', reason: 'too dear' })).data.state).toBe('rejected');
    const { messages } = (await desk.ask('kim', `GET /threads/${at.thread}`)).body;
    expect(messages[1].parts[0].call.decisions).toMatchObject([{ by: 'kim', decision: { reason: 'too dear' } }]);
  });

  test('decides about what its person was shown, and nothing else (D1)', async () => {
    const desk = await openDesk();
    const at = await desk.waiting();
    const kim = await desk.host('kim', { answer: yes });
    const stale = await kim.call('decide', { ...at, seen: 'x'.repeat(64), decision: 'approve' });
    expect([stale.isError, stale.data.code]).toEqual([true, 'stale']);
    expect((await kim.call('decide', { thread: at.thread, call: at.call, decision: 'approve' })).isError).toBe(true);
    expect(kim.asked).toEqual([]);
    expect(desk.paid).toEqual([]);
  });

  test('decides nothing when somebody else did while its person read the question (D1)', async () => {
    const desk = await openDesk({ approvers: ['kim', 'fay'] });
    const at = await desk.waiting();
    const decisions = [{ call: at.call, seen: at.seen, decision: { type: 'reject' } }];
    const kim = await desk.host('kim', {
      answer: async () => {
        await desk.ask('fay', `POST /threads/${at.thread}/decisions`, { decisions });
        return yes();
      },
    });
    const late = await kim.call('decide', { ...at, decision: 'approve' });
    expect([late.isError, late.data.code]).toEqual([true, 'already']);
    expect(desk.paid).toEqual([]);
  });

  test('asks nobody about a question that is over (D1)', async () => {
    const desk = await openDesk();
    const at = await desk.waiting();
    const kim = await desk.host('kim', { answer: yes });
    await kim.call('decide', { ...at, decision: 'approve' });
    await kim.call('read_thread', { thread: at.thread });
    const again = await kim.call('decide', { ...at, decision: 'approve' });
    expect([again.data.code, kim.asked.length, desk.paid]).toEqual(['already', 1, [50]]);
    expect((await kim.call('decide', { ...at, call: 'made-up', decision: 'approve' })).data.code).toBe('not-found');
  });

  test('is told that the time to decide is over', async () => {
    const desk = await openDesk({ expiresIn: 500 });
    const at = await desk.waiting();
    const kim = await desk.host('kim', { answer: yes });
    await vi.waitFor(async () => {
      const { messages } = (await kim.call('read_thread', { thread: at.thread, wait: 0 })).data;
      expect(messages[1].calls[0].state).toBe('denied');
    }, 10_000);
    expect((await kim.call('decide', { ...at, decision: 'approve' })).data.code).toBe('expired');
    expect([kim.asked, desk.paid]).toEqual([[], []]);
  });

  test('hands in other arguments, which its person is shown beside those that were asked for', async () => {
    const desk = await openDesk();
    const at = await desk.waiting();
    const kim = await desk.host('kim', { answer: yes });
    const edit = { ...at, decision: 'approve', input: { amount: 20 } };
    expect((await kim.call('decide', edit)).data.outcome).toBe('applied');
    expect(kim.asked[0]).toMatch(/"amount": 50[^]*OTHER ARGUMENTS[^]*"amount": 20/);
    await kim.call('read_thread', { thread: at.thread });
    expect(desk.paid).toEqual([20]);
  });

  test('pays once when two of them decide at once', async () => {
    const desk = await openDesk();
    const at = await desk.waiting();
    const both = Promise.withResolvers<void>();
    let reading = 0;
    const answer = async () => {
      if ((reading += 1) === 2) both.resolve();
      await both.promise;
      return yes();
    };
    const hosts = await Promise.all([desk.host('kim', { answer }), desk.host('max', { answer })]);
    const answers = await Promise.all(hosts.map((host) => host.call('decide', { ...at, decision: 'approve' })));
    expect(answers.map(({ data }) => data.outcome ?? data.code).sort()).toEqual(['already', 'applied']);
    await hosts[0].call('read_thread', { thread: at.thread });
    expect(desk.paid).toEqual([50]);
  });
});
