/** Milliseconds of reading after which the event loop is left to others: timers, new connections, other answers. */
const share = 8;

/** Milliseconds without a read after which others have had their turn. */
const pause = 1;

let began = 0;
let last = 0;
const waiting: (() => void)[] = [];

/**
 * A promise to be awaited before the next read, when reads without a pause have had their share of time. Without it a
 * backlog on many connections is read in one go, and nothing else runs for as long as that takes. `now` by
 * `performance.now`.
 */
export function turnToRead(now: number = performance.now()): Promise<void> | undefined {
  if (now - last > pause && waiting.length === 0) began = now;
  last = now;
  const hasTime = now - began < share;
  if (hasTime && waiting.length === 0) return undefined;
  const turn = new Promise<void>((resolve) => {
    if (waiting.push(resolve) === 1) setTurn(onTurn);
  });
  // Whoever comes back with time left lets the next one go on.
  if (hasTime) waiting.shift()!();
  return turn;
}

/** The first of those that wait goes on; when it comes to its next read, it lets the next one go on. */
function onTurn(): void {
  began = performance.now();
  waiting.shift()?.();
  if (waiting.length > 0) setTurn(onTurn);
}

const { setImmediate: soon } = globalThis as { readonly setImmediate?: (run: () => void) => unknown };

/** Runs it after what the event loop has ready by now. */
const setTurn = soon ?? setTimeout;
