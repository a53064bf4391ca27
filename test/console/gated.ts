import type { ScriptedTurn } from 'yourcall/testing';

/** An answer that is told word by word, as far as a test lets it. */
export interface Gated {
  readonly turn: ScriptedTurn;
  /** Lets the next words be told. Default: all of them. */
  tell(count?: number): void;
}

/** An answer whose words wait until they are let out. */
export function gated(text: string): Gated {
  const gates = (text.match(/\S+\s*/g) ?? []).map((delta) => ({ delta, ...Promise.withResolvers<void>() }));
  const events = gates.flatMap(({ delta, promise }) => [promise, { type: 'text', delta } as const]);
  const closed = [...gates];
  return {
    turn: { events: [...events, { type: 'finish', reason: 'stop' }] },
    tell: (count = closed.length) => closed.splice(0, count).forEach(({ resolve }) => resolve()),
  };
}
