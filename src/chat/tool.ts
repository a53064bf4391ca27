import { ofAnyCopy } from '../conversation/any-copy.ts';
import type { ContentPart } from '../conversation/content.ts';
import type { Json, JsonObject } from '../conversation/json.ts';
import type { Sensitive } from '../conversation/sensitive.ts';
import type { Effect, ToolCall } from '../conversation/tool-call.ts';
import type { Policy, Verdict } from './policy.ts';
import type { ProviderTool } from './provider-tool.ts';
import type { Schema } from './schema.ts';

/** What a running tool is given beside its input. */
export interface ToolContext<Context = unknown, Answer = unknown> {
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
  /** Puts a value into the conversation, as a `data` part beside the call; people see it, the model does not. */
  readonly emit: (name: string, data: Json) => void;
  /** What was answered to the question with which the last attempt ended; see `waitFor`. */
  readonly answer?: Answer;
  /** What that attempt wanted to find again. */
  readonly state?: Json | undefined;
}

/** What a check is given beside the input. */
export type CheckContext<Context = unknown> = Pick<ToolContext<Context>, 'context' | 'signal' | 'key' | 'call'>;

/** Whether a call took effect: it did, and gave this; it certainly did not; or nobody can say. */
export type CheckAnswer<Output> = { readonly happened: Output } | 'did-not-happen' | 'unknown';

/** What a tool is made of. */
export interface ToolOptions<Input, Output, Context, Answer = unknown> {
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
  /** `idempotent`: milliseconds for which the other side remembers a key. Default: 24 hours (rule E5). */
  readonly keyLifetime?: number;
  /**
   * Finds out what became of a call in doubt: asked before a person is, with the key that `run` had. What throws, is late
   * or gives nothing counts as `unknown`.
   */
  check?(
    input: NoInfer<Input>,
    about: CheckContext<Context>,
  ): CheckAnswer<NoInfer<Output>> | Promise<CheckAnswer<NoInfer<Output>>>;
  /** What the model is shown of the output: text, or parts. By default, or with `undefined`: the output itself, text as it is, else as JSON. */
  present?(output: NoInfer<Output>): string | readonly ContentPart[] | undefined;
  /** Milliseconds, for every call or by its input. Default: 120,000. */
  readonly timeout?: number | ((input: NoInfer<Input>) => number);
  /** The longest arguments that are taken, in UTF-16 units. Default: 256 KiB. */
  readonly maxInputLength?: number;
  /** The longest result that is kept, in UTF-16 units of its JSON. Default: 4 MiB. */
  readonly maxOutputBytes?: number;
  /** The shape of the answer to a question that `run` asks with `waitFor`. */
  readonly answer?: Schema<Answer>;
  /** Without `run`: milliseconds for which a result is waited for. Default: for ever. */
  readonly expiresIn?: number;
  /**
   * Members of its input and output, by their names and at any depth, that only those see who may decide; with `true` all of
   * it. Its arguments are told when they are whole, and its reasons and previews to nobody else. Default: none.
   */
  readonly sensitive?: Sensitive;
  readonly metadata?: JsonObject;
  /** Without it the tool is executed elsewhere, and its calls wait for an answer. */
  readonly run?: (input: NoInfer<Input>, context: ToolContext<Context, NoInfer<Answer>>) => Output | Promise<Output>;
}

/** What a call is accepted for; once it is another one, the call is not run (rule C1). */
export interface Pin {
  /** As the call keeps it. */
  readonly mark: string;
  /** What has changed since another such mark, in words. */
  changesSince(mark: string): string;
}

/** A tool, made by `tool()`. Its name is the one under which it stands in a set. */
export interface Tool<Input, Output, Context, Answer = unknown> extends ToolOptions<Input, Output, Context, Answer> {
  readonly type: 'tool';
  /** Policies of the scopes that it was put into; see `scoped`. */
  readonly scopes?: readonly Policy<never, never>[];
  /** Its result is the structured output of the run. */
  readonly final?: true;
  /** Speaks where neither it nor a scope has a policy. Default: `read` tools are allowed, everything else asks. */
  readonly usual?: Verdict;
  /** What else a call is accepted for, beside name, input and effect. */
  readonly pin?: Pin;
  /** What the span of an attempt says beside what it says of every tool, asked when the attempt is over. */
  spanAttributes?(): Readonly<Record<string, string>>;
}

// Input and context stand in parameters, so a set of different tools has no common type but this one.
// oxlint-disable-next-line typescript/no-explicit-any
export type AnyTool = Tool<any, any, any, any>;

/** Tools by name. */
export type ToolSet = Readonly<Record<string, AnyTool>>;

/** Tools by name, some of which may run at their provider. */
export type MixedTools = Readonly<Record<string, AnyTool | ProviderTool>>;

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
export function tool<Input = Record<string, never>, Output = unknown, Context = unknown, Answer = unknown>(
  options: ToolOptions<Input, Output, Context, Answer>,
): Tool<Input, Output, Context, Answer> {
  return { type: 'tool', ...options };
}

/**
 * Gives every tool of a set one more policy. It speaks beside a tool's own, and in place of the default where there is none.
 *
 * @example
 * const tools = scoped({ readMail, sendMail }, { ask: { approvers: ['ann'] } });
 */
export function scoped<Set extends MixedTools, Context = unknown>(set: Set, policy: Policy<unknown, Context>): Set {
  const tools = Object.entries(set).map(([name, one]) => [name, { ...one, scopes: [...(one.scopes ?? []), policy] }]);
  // The same names with the same tools, but for their scopes.
  return Object.fromEntries(tools) as Set;
}

/** What `waitFor` gives: returned by `run`, it ends the attempt with a question, or hands the call to a thread of its own. */
export class WaitFor {
  readonly what: Question | HandOut;

  constructor(what: Question | HandOut) {
    this.what = what;
  }
}

ofAnyCopy(WaitFor, 'WaitFor');

/** A question from inside a tool. */
export interface Question {
  readonly question: string;
  /** JSON Schema of the answer, for whoever asks it. Default: the tool's `answer`. */
  readonly schema?: Json;
  /** Handed to the next attempt, with the answer. */
  readonly state?: Json;
  /** Milliseconds for which it is waited. Default: for ever. */
  readonly expiresIn?: number;
}

/** A call that is handed to a thread of its own: what that answers is the result. */
export interface HandOut {
  readonly thread: {
    /** One of the chats of the runtime. */
    readonly chat: string;
    /** The word with which it begins. */
    readonly say: string;
    /** For people. */
    readonly title?: string;
  };
  /** Milliseconds for which its answer is waited for. Default: for ever. */
  readonly expiresIn?: number;
}

/**
 * Ends an attempt without a result: return it from `run`. No process is held meanwhile (rule C3).
 *
 * With a question, a person is asked: when it is answered, `run` is called again with `answer` and `state`. With a thread,
 * another chat of the runtime works on it, and what it answers is the result: its text, or its structured output. Where
 * there is no runtime, and four threads deep, such a call fails.
 *
 * @example
 * run: ({ city }, { answer }) => (answer === undefined ? waitFor({ question: `Which ${city}?` }) : weather(answer)),
 *
 * @example
 * run: ({ topic }) => waitFor({ thread: { chat: 'research', say: `Find out about ${topic}.` } }),
 */
export function waitFor(what: Question | HandOut): never {
  // Typed as no output at all, so that the type of `run` is that of its results; the engine knows it when it sees it.
  return new WaitFor(what) as never;
}

/** Thrown by a tool: its author's word that nothing took effect. The message goes to the model (rules E1, X3). */
export class ToolError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ToolError';
  }
}

ofAnyCopy(ToolError, 'ToolError');
