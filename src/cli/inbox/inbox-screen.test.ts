import { describe, expect, it, vi } from 'vitest';
import type { DecisionAnswer } from '../../chat/types.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import type { WaitingRow } from '../../store/store.ts';
import type { Frame } from '../full-screen/full-screen.ts';
import { styleOf } from '../style.ts';
import type { AboutCall } from '../thread/decider.ts';
import { InboxScreen } from './inbox-screen.ts';

const noon = Date.parse('2026-05-01T12:00:00Z');

function row(id: string, more: object = {}): WaitingRow {
  const input = { path: `${id}.txt`, content: 'one' };
  const facts = {
    id,
    name: 'write_file',
    arguments: JSON.stringify(input),
    input,
    revision: 2,
    state: 'awaiting-approval',
  };
  // A record of every state at once is what the callers below make whole.
  const call = { ...facts, ...more } as ToolCall;
  const thread = {
    tenant: 'local',
    thread: `thread-${id}`,
    title: `talk ${id}`,
    chat: 'c',
    seq: 1,
    createdAt: 0,
    updatedAt: 0,
  };
  return { thread: { ...thread, status: 'paused' }, call, message: 'm', since: noon - 60_000 };
}

/** An inbox over these rows, a person at its keys, and what is on the screen. */
async function desk(first: readonly WaitingRow[], size = { width: 100, height: 12 }) {
  const clock = { now: noon };
  const world = { rows: first, became: 'ann approved write_file, from elsewhere.', change: (): void => {} };
  const decisions: AboutCall[] = [];
  let answer: (about: AboutCall) => Partial<DecisionAnswer> = ({ decision }) => ({
    type: 'applied',
    call: { ...first[0]!.call, state: decision.type === 'approve' ? 'approved' : 'rejected' } as ToolCall,
  });
  let frame: Frame = { rows: [] };
  const screen = {
    ...size,
    draw: (drawn: Frame) => void (frame = drawn),
    suspend: <Result>(work: () => Result): Result => work(),
  };
  const inbox = new InboxScreen({
    screen,
    style: styleOf(process.stdout, { NO_COLOR: '1' }),
    calls: {
      read: async () => world.rows,
      whatBecame: async () => world.became,
      watch: (onChange) => ((world.change = onChange), () => {}),
    },
    decider: {
      decide: async (about) => {
        decisions.push(about);
        return answer(about) as DecisionAnswer;
      },
      knows: () => true,
      checkOf: () => undefined,
      granterFor: () => undefined,
    },
    place: ' in app.db',
    now: () => clock.now,
  });
  const left = inbox.run();
  const settle = async (): Promise<void> => {
    for (let times = 0; times < 20; times += 1) await Promise.resolve();
  };
  await settle();
  return {
    clock,
    world,
    decisions,
    inbox,
    left,
    screen,
    answers: (with_: typeof answer) => void (answer = with_),
    text: () => frame.rows.join('\n'),
    note: () => frame.rows.at(-2),
    /** Keys by their names, or characters. */
    press: async (...names: readonly string[]) => {
      for (const name of names) {
        inbox.key({ name: name === ' ' ? 'space' : name, text: name.length === 1 ? name : '' });
        await settle();
      }
    },
    change: async (rows: readonly WaitingRow[]) => {
      world.rows = rows;
      world.change();
      await settle();
    },
  };
}

const type = (text: string): readonly string[] => Array.from(text);

describe('the inbox on the screen', () => {
  it('lists what waits, and leaves', async () => {
    const { text, press, left } = await desk([row('a'), row('b', { state: 'in-doubt', reason: 'lost' })]);
    expect(text()).toContain('2 calls waiting in app.db');
    expect(text()).toContain('>  1 min       asks      write_file  path: "a.txt", content: "one"  "talk a"');
    expect(text()).toContain('   1 min       in doubt  write_file  path: "b.txt"');
    await press('q');
    expect(await left).toBe(0);
  });

  it('approves only what was on the screen, and for long enough to be looked at (X5)', async () => {
    const { clock, decisions, press, text, note } = await desk([row('a'), row('b')]);
    await press('y');
    expect([text().includes('May it do this?'), note()]).toEqual([true, expect.stringContaining('then say it again')]);
    await press('y');
    expect([decisions.length, note()]).toEqual([0, 'Look at it first, then say it again.']);
    clock.now += 300;
    await press('y');
    expect(decisions).toMatchObject([{ call: 'a', decision: { type: 'approve' }, seen: expect.any(String) }]);
    expect([note(), text().includes('b.txt')]).toEqual(['write_file: approved.', true]);
  });

  it('wants the end of a long call to be seen before a yes (X5)', async () => {
    const content = Array.from({ length: 30 }, (_, at) => `line ${at}`).join('\n');
    const { clock, decisions, press, text, note } = await desk([row('a', { input: { path: 'a', content } })]);
    await press('return');
    clock.now += 300;
    expect(text()).toContain('(more below: space)');
    await press('y');
    expect([decisions.length, note()]).toEqual([0, 'There is more of it. See its end, then say it again.']);
    while (!text().includes('line 29')) await press('pagedown');
    await press('up', 'y');
    expect(decisions).toHaveLength(1);
  });

  it('shows hidden characters as escapes in list and page (X5)', async () => {
    const { press, text } = await desk([row('a', { name: 'pay\u202E', input: { to: 'b\u200Bob\u001B[2J' } })]);
    expect(text()).toContain(String.raw`pay\u202e  to: "b\u200bob\u001b[2J"`);
    await press('return');
    expect(text()).toContain(String.raw`"b\u200bob\u001b[2J"`);
  });

  it('rejects with a reason, and all that are marked with one', async () => {
    const { decisions, press, text, note } = await desk([row('a'), row('b'), row('c')]);
    await press(' ', 'j', ' ');
    expect(text()).toContain('2 marked');
    await press('n');
    expect(text()).toMatch(/a\.txt[^]*c\.txt[^]*Why not\?/);
    await press(...type('too late'), 'return');
    expect(decisions.map(({ call, decision }) => [call, decision])).toEqual([
      ['a', { type: 'reject', reason: 'too late' }],
      ['c', { type: 'reject', reason: 'too late' }],
    ]);
    expect([note(), text().includes('1 call waiting')]).toEqual(['2 calls decided.', true]);
  });

  it('approves several after all of them were shown', async () => {
    const { clock, decisions, press, text } = await desk([row('a'), row('b')], { width: 100, height: 30 });
    await press(' ', ' ', 'y');
    expect(text()).toMatch(/\(1 of 2\)[^]*\(2 of 2\)/);
    clock.now += 300;
    await press('y');
    expect(decisions.map(({ call }) => call)).toEqual(['a', 'b']);
  });

  it('gives up a decision with Escape, and pastes only into what is typed', async () => {
    const { decisions, press, inbox, text } = await desk([row('a')]);
    inbox.paste('y');
    inbox.paste('n');
    await press('n');
    inbox.paste('pasted');
    expect(text()).toContain('Why not? (Enter: no reason) pasted');
    await press('escape');
    expect([decisions.length, text().includes('1 call waiting')]).toEqual([0, true]);
  });

  it('puts off until a time, and says what is none', async () => {
    const { decisions, press, text } = await desk([row('a')]);
    await press('l', ...type('soon'), 'return');
    expect(text()).toContain('"soon" is no time to come.');
    await press(...type('2 h'), 'return');
    expect(decisions.map(({ decision }) => decision)).toEqual([{ type: 'snooze', until: '2026-05-01T14:00:00.000Z' }]);
  });

  it('answers a question only after an a, and takes no key for the answer', async () => {
    const question = { state: 'awaiting-input', question: 'Which colour?', schema: { enum: ['red', 'blue'] } };
    const { decisions, press, note } = await desk([row('a', question)]);
    await press('y');
    expect([decisions.length, note()]).toEqual([0, 'y says nothing here; ? lists the keys.']);
    await press('a', ...type('red'), 'return');
    expect(decisions.map(({ decision }) => decision)).toEqual([{ type: 'answer', output: 'red' }]);
  });

  it('says what cannot be said of several at once', async () => {
    const { decisions, press, note } = await desk([
      row('a'),
      row('b'),
      row('c', { state: 'in-doubt', reason: 'lost' }),
    ]);
    await press(' ', ' ', 'e');
    expect([decisions.length, note()]).toEqual([0, 'e cannot be said of all that are marked.']);
    await press(' ', 'n');
    expect([decisions.length, note()]).toEqual([0, 'n cannot be said of all that are marked.']);
  });

  it('says what was decided elsewhere, keeps it in sight, and decides nothing about it', async () => {
    const { decisions, press, change, text, note } = await desk([row('a'), row('b')]);
    await press('return');
    await change([row('b'), row('c')]);
    expect(note()).toBe('ann approved write_file, from elsewhere.');
    await press('n');
    expect([decisions.length, note()]).toEqual([0, 'It waits no more: ann approved write_file, from elsewhere.']);
    await press('q');
    expect(text()).toContain('2 calls waiting');
    expect(text()).toMatch(/over +ann approved write_file, from elsewhere\./);
    expect(text()).toContain('c.txt');
  });

  it('shows anew what has changed while it was read, and wants it to be seen again (D1)', async () => {
    const { clock, decisions, press, change, text, note } = await desk([row('a')]);
    await press('return');
    clock.now += 300;
    await change([row('a', { input: { path: 'other.txt', content: 'one' }, revision: 3 })]);
    expect([text().includes('other.txt'), note()]).toEqual([true, 'It has changed; this is how it is now.']);
    await press('y');
    expect(decisions).toEqual([]);
  });

  it('tells of a decision that does not count, and keeps the call where it may still count', async () => {
    const waiting = row('a');
    const { decisions, press, answers, note, text } = await desk([waiting]);
    answers(() => ({ type: 'forbidden', call: waiting.call, reason: 'only for ann' }));
    await press('n', 'return');
    expect([note(), text().includes('1 call waiting')]).toEqual([
      'write_file: That is not allowed: only for ann.',
      true,
    ]);
    answers(() => ({ type: 'stale', call: waiting.call }));
    await press('n', 'return');
    expect([note(), decisions.length]).toEqual(['write_file: It is not what you were shown any more.', 2]);
  });

  it('looks for words, and shows all again', async () => {
    const { press, text } = await desk([row('a'), row('b'), row('c', { name: 'run_command' })]);
    await press('/', ...type('WRITE b'), 'return');
    expect(text()).toContain('3 calls waiting in app.db, 1 with "WRITE b"');
    expect([text().includes('b.txt'), text().includes('a.txt')]).toEqual([true, false]);
    await press('escape');
    expect(text()).toContain('run_command');
  });

  it('says how to use it, and that nothing waits', async () => {
    const { press, text } = await desk([]);
    expect(text()).toContain('Nothing waits.');
    await press('?');
    expect(text()).toContain('space          marks a call');
    await press('x', 'y', 'return', 'j');
    expect(text()).toContain('Nothing waits.');
  });

  it('fits into any size', async () => {
    const { press, text, screen, inbox } = await desk([row('a'), row('b')]);
    for (const [width, height] of [
      [20, 4],
      [40, 6],
      [200, 60],
    ] as const) {
      Object.assign(screen, { width, height });
      for (const key of ['q', 'return', 'n', 'escape']) {
        if (key !== 'q' || text().includes('back')) await press(key);
        inbox.draw();
        const rows = text().split('\n');
        expect(rows.length).toBeLessThanOrEqual(height);
        expect(rows.filter((line) => line.length > width)).toEqual([]);
      }
    }
  });

  it('goes through 1,000 calls without lag', async () => {
    const rows = Array.from({ length: 1_000 }, (_, at) => row(`n${at}`));
    const { press, change, text } = await desk(rows);
    const began = performance.now();
    for (let times = 0; times < 200; times += 1) await press('j');
    await press('/', ...type('n99'), 'return');
    await change([...rows, row('new')]);
    // A key has some hundredths of a second; on a slow machine this is ten times as long as it takes.
    expect(performance.now() - began).toBeLessThan(2_000);
    expect(text()).toContain('1,001 calls waiting in app.db, 11 with "n99"');
  });
});

vi.setConfig({ testTimeout: 20_000 });
