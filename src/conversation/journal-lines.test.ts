import { expect, test } from 'vitest';
import type { ChatEvent } from './event.ts';
import { Journal } from './journal.ts';

const warning = (reason: string): ChatEvent => ({ type: 'warning', reason });
const reasons = (events: readonly ChatEvent[]): readonly string[] =>
  events.map((event) => (event.type === 'warning' ? event.reason : event.type));

/** A journal, with what it applied and whom it told. */
function keeping(): { journal: Journal; applied: ChatEvent[]; told: string[] } {
  const applied: ChatEvent[] = [];
  const told: string[] = [];
  const journal = new Journal((event) => applied.push(event));
  journal.listen((news) => told.push(news));
  return { journal, applied, told };
}

test('what is recorded is applied at once, told, and handed over once, in its order', () => {
  const { journal, applied, told } = keeping();
  expect(journal.isEmpty).toBe(true);
  journal.record(() => [warning('one')]);
  journal.record(() => [warning('two')], { interrupts: true });
  expect([reasons(applied), told, journal.isEmpty]).toEqual([['one', 'two'], ['recorded', 'interrupts'], false]);
  expect(reasons(journal.hold())).toEqual(['one', 'two']);
  expect([journal.held, journal.isEmpty]).toEqual([true, true]);
  journal.release();
  expect([journal.held, reasons(journal.hold())]).toEqual([false, []]);
});

test('D3: what is recorded during a commit waits for it, and is made of what holds then', () => {
  const { journal, applied, told } = keeping();
  let now = 'before';
  journal.hold();
  journal.record(() => [warning(now)]);
  expect([applied, told, journal.isEmpty]).toEqual([[], ['recorded'], false]);
  now = 'after';
  journal.release();
  expect(reasons(applied)).toEqual(['after']);
  expect(reasons(journal.hold())).toEqual(['after']);
});

test('what a commit was handed and did not store goes first into the next one', () => {
  const { journal } = keeping();
  journal.record(() => [warning('one')]);
  const handed = journal.hold();
  journal.record(() => [warning('two')]);
  journal.release(handed);
  expect(reasons(journal.hold())).toEqual(['one', 'two']);
});

test('what was stored beside a run is told to its reader, once, before the rest', () => {
  const { journal, applied, told } = keeping();
  journal.leave([]);
  expect([told, journal.isEmpty]).toEqual([[], true]);
  journal.leave([warning('stored')]);
  expect([told, journal.isEmpty, applied]).toEqual([['recorded'], false, []]);
  expect(reasons(journal.tell([warning('mine')]))).toEqual(['stored', 'mine']);
  expect([reasons(journal.tell([warning('mine')])), journal.isEmpty]).toEqual([['mine'], true]);
});

test('who waits for a commit goes on when there is none, and nobody is told who does not listen', async () => {
  const { journal, told } = keeping();
  await journal.free();
  journal.hold();
  const steps: string[] = [];
  const waiting = [1, 2].map(async (number) => {
    await journal.free();
    steps.push(`free ${number}`);
  });
  await Promise.resolve();
  steps.push('release');
  journal.release();
  await Promise.all(waiting);
  expect(steps).toEqual(['release', 'free 1', 'free 2']);
  journal.listen(undefined);
  journal.record(() => [warning('one')]);
  expect(told).toEqual([]);
});
