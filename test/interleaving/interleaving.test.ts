// Decisions of all kinds, right and wrong, runs that are read, left and stopped, time, crashes and other processes, in any order.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Commit } from '../../src/chat/seam.ts';
import { Conversation } from '../../src/conversation/conversation.ts';
import type { ChatEvent } from '../../src/conversation/event.ts';
import { isSettled } from '../../src/conversation/move.ts';
import type { ToolCall } from '../../src/conversation/tool-call.ts';
import type { ToolStart } from '../../src/testing/tool-starts.ts';
import { patience, tries } from '../torture.ts';
import { action } from './action.ts';
import { Play } from './play.ts';
import { scriptOf, turn } from './shop.ts';

const turns = fc.array(turn, { minLength: 1, maxLength: 4 });
const actions = fc.array(action, { minLength: 10, maxLength: 40, size: 'max' });

test(
  'P3: no call starts twice, whatever is decided, stopped, left, crashed and taken over, in any order (E1, E2, D1, D3)',
  async () => {
    await fc.assert(
      fc.asyncProperty(turns, actions, fc.nat(3), async (made, happening, doubt) => {
        const play = new Play(made.map(scriptOf));
        for (const one of happening) {
          await play.act(one);
          checkStarts(play);
        }
        await play.finish(doubt);
        checkStarts(play);
        checkOver(play);
      }),
      { ...tries(250), timeout: 5_000 },
    );
  },
  patience,
);

test(
  'L3: each of these runs has exactly one end, and it is the last event',
  async () => {
    await fc.assert(
      fc.asyncProperty(turns, actions, fc.nat(3), async (made, happening, doubt) => {
        const play = new Play(made.map(scriptOf));
        for (const one of happening) await play.act(one);
        await play.finish(doubt);
        for (const kinds of play.runs) {
          const ends = kinds.filter((kind) => kind === 'done' || kind === 'paused' || kind === 'error');
          if (kinds.at(-1) === 'left') expect(ends.length).toBeLessThanOrEqual(1);
          else expect([ends.length, kinds.at(-2)]).toEqual([1, ends[0]]);
          if (kinds.at(-1) !== 'left') expect(kinds.at(-1) === 'thrown').toBe(ends[0] === 'error');
        }
      }),
      { ...tries(100), timeout: 5_000 },
    );
  },
  patience,
);

test(
  'P2, P6: what was committed is the conversation, and saving and loading it changes nothing',
  async () => {
    await fc.assert(
      fc.asyncProperty(turns, actions, async (made, happening) => {
        const play = new Play(made.map(scriptOf));
        for (const one of happening) {
          // A word said elsewhere stands before one that was said here and not stored yet: there the order may differ.
          await play.act(one.type === 'say' ? { ...one, from: 'here' } : one);
          const text = JSON.stringify(play.conversation);
          expect(JSON.stringify(Conversation.parse(text))).toBe(text);
          if (play.conversation.journal.isEmpty && play.disk.level) expect(text).toBe(play.disk.text);
        }
      }),
      { ...tries(100), timeout: 5_000 },
    );
  },
  patience,
);

test(
  'the control: with a disk that says "stored" too early a call does start twice, and the property finds it',
  async () => {
    const early = (commit: Commit): Commit => {
      let held: readonly ChatEvent[] = [];
      return (events) => {
        const all = [...held, ...events];
        held = events.some((event) => event.type === 'tool' && event.call.state === 'running') ? all : [];
        return held.length > 0 ? undefined : commit(all);
      };
    };
    const found = await fc.check(
      fc.asyncProperty(turns, actions, async (made, happening) => {
        const play = new Play(made.map(scriptOf), early);
        for (const one of happening) {
          await play.act(one);
          checkStarts(play);
        }
      }),
      { numRuns: 2_000, endOnFailure: true },
    );
    expect(found.failed).toBe(true);
  },
  patience,
);

/** Each attempt started once, and no more attempts than a person asked for, or than the tool bears. */
function checkStarts({ starts, calls, acted }: Play): void {
  expect(acted).toEqual([...new Set(acted)]);
  const attempts = starts.list.map(({ call, attempt }) => `${call} ${attempt}`);
  expect(attempts).toEqual([...new Set(attempts)]);
  for (const call of calls) {
    checkStartsOf(
      call,
      starts.list.filter((start) => start.call === call.id),
    );
    if (call.needsApproval) checkActed(call, acted);
  }
}

function checkStartsOf(call: ToolCall, started: readonly ToolStart[]): void {
  const decisions = call.decisions ?? [];
  const asked = decisions.filter(({ decision }) => decision.type === 'run-again').length;
  const repeatable = call.effect === 'read' || call.effect === 'idempotent';
  if (!repeatable) expect(started.length).toBeLessThanOrEqual(1 + asked);
  expect(new Set(started.map(({ key }) => key)).size).toBeLessThanOrEqual(1);
  for (const start of started) expect(start.input).toEqual(call.input);
  if (started.length === 0) return;
  // Whatever ran was allowed by a policy, or by a person who may.
  const approvals = decisions.filter(({ decision }) => decision.type === 'approve');
  const { n } = call.input as { n: number };
  if (['asking', 'limited', 'brief', 'patient'].includes(call.name)) expect(approvals).not.toEqual([]);
  if (call.name === 'limited' && n > 50) expect(approvals.map(({ by }) => by)).toContain('bob');
  if (call.name === 'limited') expect(n).toBeLessThanOrEqual(100);
  // Approved by a person it need not wait for its time; else it did.
  if (call.name === 'later' && approvals.length === 0) expect(call.attempt?.startedAt).toBeGreaterThanOrEqual(3_000);
}

/** Its provider was told only what a person had approved, and again only when one said so. */
function checkActed({ id, decisions = [] }: ToolCall, acted: readonly string[]): void {
  const times = acted.filter((one) => one.startsWith(`${id} `)).length;
  const said = (type: string): number => decisions.filter(({ decision }) => decision.type === type).length;
  expect(times).toBeLessThanOrEqual(said('approve') > 0 ? 1 + said('run-again') : 0);
}

/** All calls are settled, and none that ran is told to the model as one that did not. */
function checkOver({ calls, starts, acted }: Play): void {
  expect(calls.filter(({ state }) => !isSettled(state))).toEqual([]);
  for (const call of calls) {
    const neverRan = call.state === 'denied' || (call.state === 'cancelled' && call.outcome === 'none');
    if (neverRan && call.effect !== 'read') expect(starts.of(call.id)).toBe(0);
    if (neverRan) expect(acted.filter((one) => one.startsWith(`${call.id} `))).toEqual([]);
  }
}
