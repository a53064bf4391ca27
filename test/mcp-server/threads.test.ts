// Threads as a host of MCP has them: said in, read, stopped, answered.
import { describe, expect, test } from 'vitest';
import { authorize } from '../server/shop.ts';
import { openDesk, yes } from './host.ts';
import type { Host } from './host.ts';

/** Says something under a key, as a client does that may have to send it again. */
async function sayOnce({ client }: Host, key: string, input: Record<string, unknown>) {
  const _meta = { 'yourcall/idempotency-key': key };
  const { structuredContent } = await client.callTool({ name: 'say', arguments: input, _meta });
  return structuredContent as { thread: string; messages: readonly { role: string; text: string }[] };
}

describe('a host of MCP', () => {
  test('goes on with a thread, and is told what is new in it', async () => {
    const desk = await openDesk({ script: ['Hello.', 'Still here.'] });
    const ann = await desk.host('ann');
    const { data: first, text } = await ann.call('say', { text: 'Hi.' });
    expect(first.messages).toEqual([
      { role: 'user', text: 'Hi.', calls: [] },
      { role: 'assistant', text: 'Hello.', calls: [] },
    ]);
    expect(text).toBe(`Thread ${first.thread} is done.\nuser: Hi.\nassistant: Hello.`);
    const { data: second } = await ann.call('say', { thread: first.thread, text: 'And now?' });
    expect(second).toMatchObject({ thread: first.thread, messages: [{ text: 'And now?' }, { text: 'Still here.' }] });
    const { data: last } = await ann.call('read_thread', { thread: first.thread, last: 1 });
    expect(last.messages).toEqual([{ role: 'assistant', text: 'Still here.', calls: [] }]);
  });

  test('that sends a word again under its key has said it once, in one thread', async () => {
    const desk = await openDesk({ script: ['Hello.', 'Still here.'] });
    const ann = await desk.host('ann');
    const { thread } = await sayOnce(ann, 'k1', { text: 'Hi.' });
    expect((await sayOnce(ann, 'k1', { text: 'Hi.' })).thread).toBe(thread);
    expect((await ann.call('read_thread', { thread })).data.messages).toHaveLength(2);
    const bob = await desk.host('bob');
    const other = await sayOnce(bob, 'k1', { text: 'Hi.' });
    expect(other.messages.map(({ text }) => text)).toEqual(['Hi.', 'Still here.']);
  });

  test('waits no longer for an answer than it said', async () => {
    const desk = await openDesk({ work: false });
    const ann = await desk.host('ann');
    expect((await ann.call('say', { text: 'Pay 50, please.', wait: 0.2 })).data.status).toBe('working');
  });

  test('stops what waits in a thread', async () => {
    const desk = await openDesk();
    const ann = await desk.host('ann');
    const { thread } = (await ann.call('say', { text: 'Pay 50, please.' })).data;
    expect((await ann.call('stop', { thread, calls: true })).data).toEqual({ stopped: true });
    expect((await ann.call('read_thread', { thread })).data).toMatchObject({
      messages: [{}, { calls: [{ name: 'pay', state: 'cancelled' }] }],
      waiting: [],
    });
    expect(desk.paid).toEqual([]);
  });

  test('answers in the name of its person what a tool asks of them, when they have confirmed it (D7)', async () => {
    const desk = await openDesk({ script: [{ calls: [{ name: 'locate', input: {} }] }, 'You are in Graz.'] });
    const ann = await desk.host('ann', { answer: yes });
    const { thread, waiting } = (await ann.call('say', { text: 'Where am I?' })).data;
    expect(waiting).toMatchObject([{ name: 'locate', state: 'awaiting-result', decisions: ['answer', 'reject'] }]);
    const [{ call, seen }] = waiting;
    await ann.call('decide', { thread, call, seen, decision: 'answer', output: 'Graz' });
    expect(ann.asked[0]).toContain('the model is told: "Graz"');
    expect((await ann.call('read_thread', { thread })).data.messages.at(-1).text).toBe('You are in Graz.');
  });

  test('puts a call off, which waits on with the same digest (D1)', async () => {
    const desk = await openDesk();
    const at = await desk.waiting();
    const kim = await desk.host('kim', { answer: yes });
    const until = '2999-01-01T00:00:00Z';
    expect((await kim.call('decide', { ...at, decision: 'snooze', until })).data.state).toBe('snoozed');
    expect((await kim.call('inbox')).data.items).toMatchObject([{ state: 'snoozed', seen: at.seen }]);
  });

  test('does in a thread what its person has a right to there, and nothing more (D7)', async () => {
    const desk = await openDesk({
      authorize(request, action) {
        const who = authorize(request);
        if (who instanceof Response || action.type === 'read') return who;
        return { ...who, scopes: action.thread === undefined ? who.scopes : ['read'] };
      },
    });
    const { id: thread } = (await desk.ask('max', 'POST /threads', {})).body;
    const max = await desk.host('max', { answer: yes });
    const tried = [
      await max.call('say', { thread, text: 'Pay 50, please.' }),
      await max.call('stop', { thread }),
      await max.call('inbox', { thread }),
    ];
    expect(tried.map(({ data }) => data.code)).toEqual(['forbidden', 'forbidden', 'forbidden']);
  });
});
