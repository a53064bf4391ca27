import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ChatEvent } from './event.ts';
import { Journal } from './journal.ts';

const event = (reason: string): ChatEvent => ({ type: 'warning', reason });

/** A journal, and what it has applied, in order. */
function kept() {
  const applied: ChatEvent[] = [];
  const journal = new Journal((one) => applied.push(one));
  const reasons = (events: readonly ChatEvent[]): string[] =>
    events.map((one) => (one.type === 'warning' ? one.reason : one.type));
  return {
    journal,
    applied: () => reasons(applied),
    reasons,
    say: (word: string) => journal.record(() => [event(word)]),
  };
}

test('what is recorded holds at once, and the next commit takes it along (D8, D3)', () => {
  const { journal, applied, reasons, say } = kept();
  say('one');
  say('two');
  expect(applied()).toEqual(['one', 'two']);
  expect([journal.isAhead, journal.isEmpty]).toEqual([true, false]);
  expect(reasons(journal.hold())).toEqual(['one', 'two']);
  journal.release();
  expect([journal.isAhead, journal.isEmpty]).toEqual([false, true]);
  expect(journal.hold()).toEqual([]);
});

test('what is recorded while a commit is under way waits for it, and is made from what holds then (D3)', () => {
  const { journal, applied, reasons, say } = kept();
  journal.hold();
  say('one');
  journal.record(() => [event(`after ${applied().length}`)]);
  expect(applied()).toEqual([]);
  expect(journal.isAhead).toBe(true);
  journal.release();
  expect(applied()).toEqual(['one', 'after 1']);
  expect(reasons(journal.hold())).toEqual(['one', 'after 1']);
});

test('what a commit could not store comes first in the next (D3, E3)', () => {
  const { journal, reasons, say } = kept();
  say('one');
  const taken = journal.hold();
  say('two');
  journal.release(taken);
  expect(reasons(journal.hold())).toEqual(['one', 'two']);
});

test('what was stored beside a run is told once, before what its commit tells (P6)', () => {
  const { journal, reasons } = kept();
  journal.leave([]);
  expect(journal.isEmpty).toBe(true);
  journal.leave([event('decided')]);
  expect([journal.isAhead, journal.isEmpty]).toEqual([false, false]);
  expect(reasons(journal.tell([event('done')]))).toEqual(['decided', 'done']);
  expect(reasons(journal.tell([event('done')]))).toEqual(['done']);
});

test('its listener hears of everything, of what is to stop a model that speaks, and of others (D3, D8)', () => {
  const { journal, say } = kept();
  const heard: string[] = [];
  journal.listen((news) => heard.push(news));
  say('one');
  journal.record(() => [], { interrupts: true });
  journal.hold();
  journal.record(() => [], { interrupts: true });
  journal.release();
  journal.leave([event('decided')]);
  journal.nudge();
  journal.listen(undefined);
  say('two');
  expect(heard).toEqual(['recorded', 'interrupts', 'interrupts', 'recorded', 'elsewhere']);
});

test('whoever waits for the end of a commit goes on one at a time (D3)', async () => {
  const { journal } = kept();
  const log: string[] = [];
  const commit = async (name: string): Promise<void> => {
    while (journal.held) await journal.free();
    journal.hold();
    log.push(`${name} begins`);
    for (let turn = 0; turn < 3; turn += 1) await undefined;
    log.push(`${name} ends`);
    journal.release();
  };
  await Promise.all(['a', 'b', 'c'].map(commit));
  expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
});

test('in whatever order things happen, what holds is what was stored and what is still to be, each once (D3, P6)', () => {
  const step = fc.constantFrom('say', 'hold', 'stored', 'failed');
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const { journal, applied, reasons, say } = kept();
      const stored: string[] = [];
      let taken: readonly ChatEvent[] = [];
      steps.forEach((what, index) => {
        if (what === 'say') say(String(index));
        else if (what === 'hold' && !journal.held) taken = journal.hold();
        else if (what !== 'hold' && journal.held) {
          if (what === 'stored') stored.push(...reasons(taken));
          journal.release(what === 'failed' ? taken : []);
        }
      });
      if (journal.held) journal.release(taken);
      expect([...stored, ...reasons(journal.hold())]).toEqual(applied());
      expect(applied()).toHaveLength(steps.filter((what) => what === 'say').length);
    }),
  );
});
