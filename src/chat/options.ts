import type { AfterHook, BeforeHook, StepHook } from './hooks.ts';
import type { Model, Settings } from './model.ts';
import type { ChatPolicy } from './policy.ts';
import type { Retry } from './retry.ts';
import type { CallOf, MergedTools, Tools } from './types.ts';

/** What a chat is made of. Only the model is required. */
export interface ChatOptions<T extends Tools, Context> {
  /** Who answers: `openai('gpt-5')`, `demo()`, a router, or one of your own. */
  readonly model: Model;
  /** What the model is told before all else; never stored. */
  readonly instructions?: string | ((context: Context) => string | Promise<string>);
  /** What it may call, by name; or several such sets. */
  readonly tools?: T;
  /**
   * Asked about every call, beside the policies of the tools: it can demand more, never less. To allow what asks by
   * default, use `scoped(tools, 'allow')`.
   */
  readonly policy?: ChatPolicy<Context, CallOf<MergedTools<T>>>;
  /** Laid under those of each run. What a model cannot honour is a `warning` event. */
  readonly settings?: Settings<keyof MergedTools<T> & string>;
  /** Model calls since the last word of the user, after which a run ends with `step-limit`. Default: 16. */
  readonly maxSteps?: number;
  /** How many tools run at once. Default: 64; 1 keeps the order. */
  readonly concurrency?: number;
  /** Adds to what the model is told in a run; asked before its first model call. */
  readonly before?: BeforeHook<Context>;
  /** Changes one model call: its model, tools, instructions, settings, what it sees; or ends the run. */
  readonly step?: StepHook<Context, keyof MergedTools<T> & string>;
  /** Told before `done`. */
  readonly after?: AfterHook<Context>;
  /** When a failed model call is made again. Default: twice, for what may pass, after a wait that grows or that was asked for. */
  readonly retry?: Retry;
  /** Told of what a tool, policy, check or `done` threw; model and clients get only the id. Default: `console.error`. */
  readonly onError?: (error: unknown, errorId: string) => void;
}
