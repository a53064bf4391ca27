// What a tick of the person before a host is worth: for the very decision that they were shown, and nothing else.
import { expect, test } from 'vitest';
import { openDesk, yes } from './host.ts';
import type { Host } from './host.ts';

type Arguments = Record<string, unknown>;

/** One round by hand: the question that a call of `decide` is answered with, or what it came to. */
async function round({ client }: Host, input: Arguments, answers: Record<string, object> = {}) {
  const inputResponses = answers as never;
  const params = { name: 'decide', arguments: input, inputResponses };
  const result = await client.callTool(params, { allowInputRequired: true });
  const requests = 'inputRequests' in result ? Object.keys(result.inputRequests ?? {}) : [];
  return { question: requests[0], came: 'structuredContent' in result ? result.structuredContent : undefined };
}

const tick = { action: 'accept', content: { confirm: true } };

test('a tick counts for nothing else than what was shown', async () => {
  const desk = await openDesk();
  const at = await desk.waiting();
  const kim = await desk.host('kim', { answer: yes });
  const { question = '' } = await round(kim, { ...at, decision: 'reject' });
  for (const other of [
    { ...at, decision: 'approve' },
    { ...at, decision: 'approve', input: { amount: 99 } },
    { ...at, decision: 'reject', reason: 'another one' },
  ]) {
    const again = await round(kim, other, { [question]: tick });
    expect(again.question).toMatch(/^[0-9a-f]{32}$/);
    expect(again.question).not.toBe(question);
  }
  expect(desk.paid).toEqual([]);
  expect((await round(kim, { ...at, decision: 'reject' }, { [question]: tick })).came).toMatchObject({
    state: 'rejected',
  });
});

test('a tick is that of one person', async () => {
  const desk = await openDesk();
  const at = await desk.waiting();
  const [kim, max] = [await desk.host('kim', { answer: yes }), await desk.host('max', { answer: yes })];
  const { question = '' } = await round(kim, { ...at, decision: 'approve' });
  expect((await round(max, { ...at, decision: 'approve' }, { [question]: tick })).question).toBeDefined();
  expect(desk.paid).toEqual([]);
});

test('any process goes on with the answer: nothing of a question is kept', async () => {
  const [one, other] = [await openDesk(), await openDesk({ work: false })];
  const at = await one.waiting();
  other.runtime.read = (key) => one.runtime.read(key);
  other.runtime.decide = (key, decided) => one.runtime.decide(key, decided);
  const { question = '' } = await round(await one.host('kim', { answer: yes }), { ...at, decision: 'approve' });
  const elsewhere = await other.host('kim', { answer: yes });
  expect((await round(elsewhere, { ...at, decision: 'approve' }, { [question]: tick })).came).toMatchObject({
    outcome: 'applied',
  });
});

test('a host that can only show addresses cannot ask; one that names no way asks by a form', async () => {
  const desk = await openDesk();
  const at = await desk.waiting();
  const pages = await desk.host('kim', { elicitation: { url: {} } });
  expect((await pages.call('decide', { ...at, decision: 'reject' })).data.code).toBe('unconfirmed');
  const plain = await desk.host('kim', { answer: yes, elicitation: {} });
  expect((await plain.call('decide', { ...at, decision: 'reject' })).data).toMatchObject({ state: 'rejected' });
});
