import type * as engine from './engine.ts';

/** What runs tools, takes decisions about their calls, and sees to a structured output. */
export type ToolEngine = typeof engine;

let loading: Promise<ToolEngine> | undefined;
let loaded: ToolEngine | undefined;

/** Loaded when it is needed: a chat that only talks does without half of the code. After a failure the next one tries again. */
export function toolEngine(): Promise<ToolEngine> {
  return (loading ??= load());
}

async function load(): Promise<ToolEngine> {
  try {
    return (loaded = await import('./engine.ts'));
  } catch (error) {
    loading = undefined;
    throw error;
  }
}

/** The same, where it is there already. */
export function loadedEngine(): ToolEngine | undefined {
  return loaded;
}
