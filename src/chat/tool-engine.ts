import type { decideIn } from './decide.ts';
import type { toolPass } from './tool-pass.ts';

/** What runs tools and takes decisions about their calls. */
export interface ToolEngine {
  readonly toolPass: typeof toolPass;
  readonly decideIn: typeof decideIn;
}

let engine: Promise<ToolEngine> | undefined;

/** Loaded when a chat has tools: one that only talks does without half of the code. */
export function toolEngine(): Promise<ToolEngine> {
  return (engine ??= load());
}

async function load(): Promise<ToolEngine> {
  const [{ toolPass }, { decideIn }] = await Promise.all([import('./tool-pass.ts'), import('./decide.ts')]);
  return { toolPass, decideIn };
}
