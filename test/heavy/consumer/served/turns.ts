import type { ScriptedTurn } from 'yourcall/testing';

/** The model refunds these orders. */
export function refund(...orders: readonly string[]): ScriptedTurn {
  return { calls: orders.map((order) => ({ name: 'refund', input: { order }, pieces: 2 })) };
}

/** The model says one thing at once, and another when there is `more`. */
export function saying(first: string, more: Promise<void>, second: string): ScriptedTurn {
  return {
    events: [{ type: 'text', delta: first }, more, { type: 'text', delta: second }, { type: 'finish', reason: 'stop' }],
  };
}
