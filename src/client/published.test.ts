import { describe, expect, test } from 'vitest';
import { Published } from './published.ts';

/** A view of a number, whose frames come when the test says so. */
function counting() {
  let count = 0;
  const frames: (() => void)[] = [];
  const listeners: boolean[] = [];
  const timers: (() => void)[] = [];
  const published = new Published(
    { make: () => ({ count }), onListeners: (areThere) => listeners.push(areThere) },
    {
      schedule: (notify) => void frames.push(notify),
      clock: { now: () => 0, after: (_, run) => (timers.push(run), () => void timers.splice(timers.indexOf(run), 1)) },
    },
  );
  const change = (): void => {
    count += 1;
    published.change();
  };
  const next = (some: (() => void)[]): void => some.splice(0).forEach((run) => run());
  return { published, change, frame: () => next(frames), time: () => next(timers), frames, listeners };
}

describe('a view', () => {
  test('is told of once a frame, however much changes in it', () => {
    const { published, change, frame, frames } = counting();
    const told: number[] = [];
    published.subscribe(() => told.push(published.snapshot.count));
    for (let frameNumber = 0; frameNumber < 3; frameNumber += 1) {
      for (let event = 0; event < 1_000; event += 1) change();
      expect(frames).toHaveLength(1);
      frame();
    }
    expect(told).toEqual([1_000, 2_000, 3_000]);
  });

  test('stands still between two frames', () => {
    const { published, change, frame } = counting();
    published.subscribe(() => {});
    const first = published.snapshot;
    change();
    expect(published.snapshot).toBe(first);
    frame();
    expect(published.snapshot).toEqual({ count: 1 });
    expect(published.snapshot).toBe(published.snapshot);
  });

  test('is told of at once where somebody did something here', () => {
    const { published, change, frame } = counting();
    const told: number[] = [];
    published.subscribe(() => told.push(published.snapshot.count));
    change();
    published.flush();
    frame();
    expect(told).toEqual([1]);
  });

  test('is as it is now when nobody listens, and schedules nothing', () => {
    const { published, change, frames } = counting();
    expect(published.snapshot).toEqual({ count: 0 });
    change();
    expect([published.snapshot, frames]).toEqual([{ count: 1 }, []]);
  });

  test('goes on for a while without listeners, since a page that renders anew leaves and comes back', () => {
    const { published, time, listeners } = counting();
    const listen = (): (() => void) => published.subscribe(() => {});
    listen()();
    listen();
    time();
    expect(listeners).toEqual([true, true]);
    const leave = listen();
    leave();
    leave();
    time();
    expect(listeners).toEqual([true, true]);
  });

  test('ends a while after the last listener left', () => {
    const { published, time, listeners } = counting();
    const listener = (): void => {};
    const [first, second] = [published.subscribe(listener), published.subscribe(listener)];
    first();
    time();
    expect(listeners).toEqual([true]);
    second();
    time();
    expect(listeners).toEqual([true, false]);
  });

  test('has frames of its own in a page, and a timer elsewhere and in the background', async () => {
    const told: string[] = [];
    const published = new Published({ make: () => ({}), onListeners: () => {} }, {});
    published.subscribe(() => told.push('told'));
    for (let event = 0; event < 100; event += 1) published.change();
    expect(told).toEqual([]);
    await expect.poll(() => told).toEqual(['told']);
    const asked: FrameRequestCallback[] = [];
    Object.assign(globalThis, {
      requestAnimationFrame: (run: FrameRequestCallback) => asked.push(run),
      cancelAnimationFrame: () => {},
    });
    try {
      published.change();
      asked[0]!(0);
      expect(told).toHaveLength(2);
      published.change();
      // No frame comes.
      await expect.poll(() => told).toHaveLength(3);
    } finally {
      for (const name of ['requestAnimationFrame', 'cancelAnimationFrame']) Reflect.deleteProperty(globalThis, name);
    }
  });
});
