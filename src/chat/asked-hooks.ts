import { hookFailed } from './hooks.ts';
import type { AfterHook, Maybe, Step } from './hooks.ts';
import { inTime } from './in-time.ts';
import type { Run } from './run.ts';

/** What the hooks of a chat say of one step: how it differs, and what its model is told before all else. */
export async function askHooks(run: Run): Promise<{ readonly step: Step; readonly instructions: string | undefined }> {
  const { setup, conversation, signal } = run;
  const { before, step: hook } = setup;
  await run.settle();
  // Their types fit: `createChat` and `stream` see to it.
  const about = { conversation, context: setup.context as never, signal };
  if (before) run.additions ??= (await ask('before', () => before(about), signal)) ?? {};
  const { steps, usage } = conversation.run;
  const step: Step = (hook && (await ask('step', () => hook({ ...about, number: steps + 1, usage }), signal))) ?? {};
  return { step, instructions: await instructionsOf(run, step) };
}

/** Tells whoever wants to know, before `done`. */
export async function askAfter(run: Run, after: AfterHook): Promise<void> {
  const { conversation, setup } = run;
  await run.settle();
  // Its type fits: `createChat` and `stream` see to it.
  const about = { context: setup.context as never, signal: run.signal };
  await ask('after', () => after(conversation, conversation.run.usage, about), run.signal);
}

async function instructionsOf({ setup, additions, signal }: Run, step: Step): Promise<string | undefined> {
  const { instructions, context } = setup;
  const given =
    step.instructions ??
    (typeof instructions === 'function'
      ? await ask('instructions', () => instructions(context as never), signal)
      : instructions);
  const added = additions?.instructions;
  return given === undefined || added === undefined ? (given ?? added) : `${given}\n\n${added}`;
}

/** What a hook gives; `ChatError` `hook-failed` when it throws or takes more than ten seconds. */
async function ask<T>(
  name: 'before' | 'step' | 'after' | 'instructions',
  hook: () => Maybe<T>,
  signal: AbortSignal,
): Promise<T | undefined> {
  try {
    const given = hook();
    return (given instanceof Promise ? await inTime(given, 'It', signal) : given) ?? undefined;
  } catch (cause) {
    throw hookFailed(name, cause);
  }
}
