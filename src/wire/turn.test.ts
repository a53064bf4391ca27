import { expect, test } from 'vitest';
import { readEvents } from './read.ts';

const decoder = {
  push: (data: string, _name: string, events: string[]) => void events.push(data),
  end() {},
  isDone: false,
};
const options = { what: 'Asking', signal: new AbortController().signal };

/** A body that always has more, until it is told to end. */
function backlog(isOver: () => boolean): { read: number; done: Promise<void> } {
  const value = new TextEncoder().encode('data: more\n\n');
  const state = { read: 0, done: Promise.resolve() };
  const read = async (): Promise<{ done: boolean; value?: Uint8Array }> => {
    state.read += 1;
    return isOver() || state.read > 2e5 ? { done: true } : { done: false, value };
  };
  const body = { getReader: () => ({ read, cancel: async () => {} }), cancel: async () => {} };
  state.done = (async () => {
    for await (const events of readEvents(body, decoder, options)) expect(events).toEqual(['more']);
  })();
  return state;
}

test.each([1, 20])('a backlog on %i connections leaves turns to others, and all of them go on', async (count) => {
  let turns = 0;
  const bodies = Array.from({ length: count }, () => backlog(() => turns === 5));
  const others = (async () => {
    for (; turns < 5; turns += 1) await new Promise((resolve) => setTimeout(resolve));
  })();
  await Promise.all([others, ...bodies.map(({ done }) => done)]);
  for (const { read } of bodies) {
    expect(read).toBeGreaterThan(1);
    expect(read).toBeLessThan(2e5);
  }
});
