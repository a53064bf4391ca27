// What `tool-engine.ts` loads: all that a chat needs only once it has tools or hooks, or owes an output.
export { askAfter, askHooks } from './asked-hooks.ts';
export { handOver, stopHandOver, takeBack, untold } from './at-provider.ts';
export { decideIn } from './decide.ts';
export { GrowingOutput } from './growing-output.ts';
export { outputIn } from './output-in.ts';
export { demandOutput, planOutput, withOutput } from './output.ts';
export { pauseOf } from './pause.ts';
export { ProviderCalls } from './provider-calls.ts';
export { toolPass } from './tool-pass.ts';
