import fc from 'fast-check';
import { z } from 'zod';
import type { Verdict } from '../../src/chat/policy.ts';
import { tool, ToolError } from '../../src/chat/tool.ts';
import type { MixedTools, ToolContext } from '../../src/chat/tool.ts';
import type { ScriptedCall, ScriptedTurn } from '../../src/testing/scripted-turn.ts';

/** What a tool does, by the number it is called with. */
const behaviours: readonly ((signal: AbortSignal) => unknown)[] = [
  () => 'done',
  () => Promise.resolve({ done: true }),
  () => new Promise((resolve) => setTimeout(() => resolve('late'), 0)),
  () => Promise.reject(new Error('broken')),
  () => {
    throw new ToolError('not possible');
  },
  // Leaves when it is told to stop, without a word about what it did.
  (signal) =>
    new Promise((resolve, reject) => {
      setTimeout(() => resolve('slow'), 1);
      signal.addEventListener('abort', () => reject(signal.reason));
    }),
];

const input = z.object({ n: z.number() });

function run({ n }: { n: number }, { signal }: ToolContext): unknown {
  return behaviours[n % behaviours.length]!(signal);
}

/** Repeated, it works: after a throw it would be tried again within the attempt, seconds later. */
function runAgain(given: { n: number }, context: ToolContext): unknown {
  return (context.call.attempt?.number ?? 0) > 1 ? 'done' : run(given, context);
}

/** One tool of each kind. */
export const shop: MixedTools = {
  read: tool({ description: 'Reads', input, effect: 'read', run }),
  again: tool({ description: 'May be repeated', input, effect: 'idempotent', policy: 'allow', run: runAgain }),
  once: tool({ description: 'Acts once', input, effect: 'once', policy: 'allow', run }),
  plain: tool({ description: 'Acts', input, policy: 'allow', run }),
  asking: tool({ description: 'Asks', input, run }),
  // Up to 50 anybody, up to 100 Bob, and nobody more.
  limited: tool({
    description: 'Asks somebody',
    input,
    effect: 'once',
    policy: ({ n }): Verdict => (n > 100 ? 'deny' : { ask: n > 50 ? { approvers: ['bob'] } : {} }),
    run,
  }),
  later: tool({
    description: 'Waits',
    input,
    policy: (_, { due }): Verdict => (due ? 'allow' : { defer: '1970-01-01T00:00:03Z' }),
    run,
  }),
  brief: tool({ description: 'Waits not long', input, policy: { ask: { expiresIn: 2_000 } }, run }),
  patient: tool({ description: 'Waits on', input, policy: { ask: { expiresIn: 2_000, onExpire: 'keep' } }, run }),
  elsewhere: tool({ description: 'Runs elsewhere', input, output: input, policy: 'allow' }),
  search: { provider: 'scripted', kind: 'search', options: {}, effect: 'read' },
  sandbox: { provider: 'scripted', kind: 'sandbox', options: {} },
  remote: { provider: 'scripted', kind: 'remote', options: {} },
};

/** Which of them their provider runs, and how. */
const provided: Readonly<Record<string, ScriptedCall['provider']>> = {
  search: 'runs',
  sandbox: 'runs',
  remote: 'asks',
};

const call = fc.record({
  name: fc.constantFrom(...Object.keys(shop), 'remote', 'remote', 'unknown'),
  input: fc.record({ n: fc.constantFrom<unknown>(0, 1, 2, 3, 4, 5, 60, 900, 'many') }),
});
const calls = fc.array(call, { minLength: 1, maxLength: 4 });

/** What a broken model says. */
export const modelBroke = 'the model broke';

/** What the model does in one turn. What breaks or is cut does so the first time it is asked. */
export interface Turn {
  readonly kind: 'says' | 'calls' | 'breaks' | 'is cut' | 'pauses';
  readonly calls: readonly ScriptedCall[];
}

export const turn: fc.Arbitrary<Turn> = fc.record({
  kind: fc.constantFrom('calls', 'calls', 'calls', 'calls', 'says', 'breaks', 'is cut', 'pauses'),
  calls,
});

/** The turn as it is scripted, made anew for each play. */
export function scriptOf({ kind, calls: written }: Turn, number: number): ScriptedTurn {
  const made = written.map((one, index): ScriptedCall => {
    const provider = provided[one.name];
    return provider ? { ...one, provider, id: `${number}.${index}` } : one;
  });
  switch (kind) {
    case 'says':
      return 'As you like.';
    case 'calls':
      return { text: 'I will.', calls: made };
    case 'pauses':
      return { text: 'I am at it.', calls: made, finish: 'pause-turn' };
    case 'breaks':
      return once({ text: 'So', error: new Error(modelBroke) });
    case 'is cut':
      return once({ events: made.map(({ name }) => ({ type: 'call', name, arguments: '{"n":0}' })) });
  }
}

function once(first: ScriptedTurn): ScriptedTurn {
  let asked = 0;
  return () => ((asked += 1) === 1 ? first : 'Again.');
}
