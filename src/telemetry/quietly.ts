import { context, diag } from '@opentelemetry/api';
import type { Context } from '@opentelemetry/api';
import { errorType } from './error-type.ts';

/** What a piece of telemetry gives; nothing when it throws, which is no reason for a run to fail. */
export function quietly<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    try {
      // Its message may hold what was not to be told.
      diag.warn(`yourcall/telemetry: ${errorType(error)} was thrown, and something is missing in a trace.`);
    } catch {
      // The log of whoever looks after telemetry is telemetry too.
    }
    return undefined;
  }
}

type Outcome<T> = { readonly value: T } | { readonly error: unknown };

/** Calls a function in a context. Whatever becomes of the context, it is called once, and what it gives or throws counts. */
export function within<T>(here: Context | undefined, act: () => T): T {
  if (!here) return act();
  let outcome: Outcome<T> | undefined;
  const once = (): void => {
    outcome ??= outcomeOf(act);
  };
  quietly(() => context.with(here, once));
  once();
  // It was set by the call above, if not by the one before.
  const known = outcome as unknown as Outcome<T>;
  if ('error' in known) throw known.error;
  return known.value;
}

function outcomeOf<T>(act: () => T): Outcome<T> {
  try {
    return { value: act() };
  } catch (error) {
    return { error };
  }
}
