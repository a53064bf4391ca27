import { describe, expect, it } from 'vitest';
import type { ChatEvent } from '../conversation/event.ts';
import { Activity } from './activity.ts';
import { Spinner } from './spinner.ts';

const speaking: ChatEvent = { type: 'text', message: 'm', part: 0, delta: 'hello' };

function moved(state: string, name = 'run_command', id = 'c'): ChatEvent {
  // What else a call holds is not looked at.
  return { type: 'tool', call: { id, name, state, revision: 1 } } as ChatEvent;
}

describe('what goes on', () => {
  it('is nothing for a moment, then that the model thinks, and for how long', () => {
    const activity = new Activity(0);
    expect([100, 500, 3_200].map((now) => activity.text(now))).toEqual([undefined, 'thinking', 'thinking, 3 s']);
  });

  it('begins anew with whatever comes', () => {
    const activity = new Activity(0);
    activity.event(speaking, 3_000);
    expect([activity.text(3_100), activity.text(4_500)]).toEqual([undefined, 'thinking, 1 s']);
  });

  it('is the tools that run, at once, with the time of the first', () => {
    const activity = new Activity(0);
    activity.event(moved('running'), 1_000);
    expect([activity.text(1_000), activity.text(66_000)]).toEqual(['run_command runs', 'run_command runs, 1 min 5 s']);
    activity.event(moved('running', 'read\u001B', 'd'), 2_000);
    expect(activity.text(3_000)).toBe(String.raw`run_command, read\u001b run, 2 s`);
    activity.event({ type: 'tool-progress', id: 'd', name: 'read\u001B', progress: 'half\u202E' }, 3_000);
    expect(activity.text(3_000)).toBe(String.raw`run_command, read\u001b: half\u202e, 2 s`);
    activity.event(moved('completed'), 4_000);
    activity.event(moved('failed', 'read', 'd'), 4_000);
    expect(activity.text(4_000)).toBeUndefined();
  });

  it('is the arguments that are written, once they are long', () => {
    const activity = new Activity(0);
    const writes = (delta: string): void =>
      activity.event({ type: 'tool-input', message: 'm', id: 'c', name: 'write_file', delta }, 0);
    writes('x'.repeat(150));
    expect(activity.text(0)).toBeUndefined();
    writes('x'.repeat(1_150));
    expect(activity.text(0)).toBe('write_file is being written: 1,300 characters');
    activity.event(speaking, 0);
    expect(activity.text(0)).toBeUndefined();
  });
});

describe('the spinner', () => {
  function spinnerAt(clock: { now: number }, term = 'xterm') {
    const drawn: string[] = [];
    const screen = {
      isAnimated: true,
      status: (text: string) => void drawn.push(text),
      clearStatus: () => void drawn.push(''),
    };
    return { spinner: new Spinner(screen, { now: () => clock.now, term }), drawn };
  }

  it('turns, tells the time, and goes', () => {
    const clock = { now: 0 };
    const { spinner, drawn } = spinnerAt(clock);
    spinner.start(new Activity(0));
    spinner.draw();
    clock.now = 500;
    spinner.draw();
    clock.now = 1_500;
    spinner.draw();
    spinner.stop();
    expect(drawn).toEqual(['', '⠋ thinking', '⠙ thinking, 1 s', '']);
  });

  it('has plain signs where there are no others', () => {
    const { spinner, drawn } = spinnerAt({ now: 900 }, 'linux');
    spinner.start(new Activity(0));
    for (let times = 0; times < 5; times += 1) spinner.draw();
    spinner.stop();
    expect(drawn.map((text) => text[0])).toEqual(['|', '/', '-', '\\', '|', undefined]);
  });
});
