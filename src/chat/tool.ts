import type { ContentPart } from '../conversation/content.ts';
import type { JsonObject } from '../conversation/json.ts';
import type { Effect, ToolCall } from '../conversation/tool-call.ts';
import type { Policy } from './policy.ts';
import type { Schema } from './schema.ts';

/** What a running tool is given beside its input. */
export interface ToolContext<Context = unknown> {
  /** The typed value that `stream()` was given. */
  readonly context: Context;
  /** Aborted when the run is stopped and when the tool's time is over. */
  readonly signal: AbortSignal;
  /**
   * An idempotency key: `yc_` and 32 hexadecimal digits, the same for every attempt at this call, another one after an edit.
   */
  readonly key: string;
  readonly call: ToolCall;
  /** Tells how far it is; a `tool-progress` event, not stored. */
  readonly progress: (value: unknown) => void;
}

/** What a tool is made of. */
export interface ToolOptions<Input, Output, Context> {
  /** For people. */
  readonly title?: string;
  /** For the model: what it does and when to use it. */
  readonly description: string;
  /** Default: no arguments. */
  readonly input?: Schema<Input>;
  /** The shape of the result; also checks what a person answers instead of the tool. */
  readonly output?: Schema<Output>;
  /** Default: `read` tools are allowed, everything else asks. */
  readonly policy?: Policy<NoInfer<Input>, Context>;
  /** How it bears being repeated. Default: undeclared, never repeated by itself (rule E1). */
  readonly effect?: Exclude<Effect, 'undeclared'>;
  /** What the model is shown of the output: text, or parts. Default: the output itself, text as it is, else as JSON. */
  present?(output: NoInfer<Output>): string | readonly ContentPart[];
  /** Milliseconds. Default: 120,000. */
  readonly timeout?: number;
  /** The longest result that is kept, in UTF-16 units of its JSON. Default: 4 MiB. */
  readonly maxOutputBytes?: number;
  readonly metadata?: JsonObject;
  /** Without it the tool is executed elsewhere, and its calls wait for an answer. */
  readonly run?: (input: NoInfer<Input>, context: ToolContext<Context>) => Output | Promise<Output>;
}

/** A tool, made by `tool()`. Its name is the one under which it stands in a set. */
export interface Tool<Input, Output, Context> extends ToolOptions<Input, Output, Context> {
  readonly type: 'tool';
}

// Input and context stand in parameters, so a set of different tools has no common type but this one.
// oxlint-disable-next-line typescript/no-explicit-any
export type AnyTool = Tool<any, any, any>;

/** Tools by name. */
export type ToolSet = Readonly<Record<string, AnyTool>>;

/**
 * Makes a tool. Types of `run`, `policy` and `present` come from the schemas.
 *
 * @example
 * const refund = tool({
 *   description: 'Refund an order',
 *   input: z.object({ orderId: z.string(), amount: z.number() }),
 *   policy: ({ amount }) => (amount > 50 ? { ask: { reason: 'over 50' } } : 'allow'),
 *   run: ({ orderId, amount }, { key }) => shop.refund(orderId, amount, key),
 * });
 */
export function tool<Input = Record<string, never>, Output = unknown, Context = unknown>(
  options: ToolOptions<Input, Output, Context>,
): Tool<Input, Output, Context> {
  return { type: 'tool', ...options };
}

/** Thrown by a tool: its author's word that nothing took effect. The message goes to the model (rules E1, X3). */
export class ToolError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ToolError';
  }
}
