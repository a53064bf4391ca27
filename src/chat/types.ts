import type { Conversation } from '../conversation/conversation.ts';
import type { Decision, DecisionRecord } from '../conversation/decision.ts';
import type { ChatEvent, DoneEvent, PausedEvent, Waiting } from '../conversation/event.ts';
import type { ToolCall, ToolCallChange } from '../conversation/tool-call.ts';
import type { Around, AskModel } from './around.ts';
import type { Children } from './children.ts';
import type { Limits } from './limits.ts';
import type { Model, Settings } from './model.ts';
import type { Schema, SchemaIssue } from './schema.ts';
import type { Commit } from './seam.ts';
import type { ProviderTool } from './provider-tool.ts';
import type { MixedTools, Tool, ToolSet } from './tool.ts';
import type { Toolbox } from './toolbox.ts';

/** One set of tools, or several; a name may stand in one of them only. */
export type Tools = MixedTools | readonly MixedTools[];

/** Several sets as one. */
export type MergedTools<T extends Tools> = T extends readonly (infer Set)[]
  ? Merge<Set> extends infer Merged extends MixedTools
    ? Merged
    : never
  : T;

type Merge<Union> = (Union extends unknown ? (set: Union) => void : never) extends (set: infer All) => void
  ? All
  : never;

/** What a tool's schema makes of its arguments. */
// `any` in the places that are not asked for: they stand in parameters.
// oxlint-disable-next-line typescript/no-explicit-any
export type InputOf<T extends MixedTools[string]> = T extends Tool<infer Input, any, any, any> ? Input : unknown;

/** What a tool gives. */
// oxlint-disable-next-line typescript/no-explicit-any
export type OutputOf<T extends MixedTools[string]> = T extends Tool<any, infer Output, any, any> ? Output : unknown;

/** What every tool of a set wants to be told: the type of `context`. */
export type ContextOf<T extends MixedTools> = {
  // oxlint-disable-next-line typescript/no-explicit-any
  [Name in keyof T]: T[Name] extends Tool<any, any, infer Context, any> ? (context: Context) => void : never;
}[keyof T] extends (context: infer All) => void
  ? All
  : never;

/** The name by which calls of a tool are told: a provider may put the names of its own tools behind it, as `github.search`. */
export type NameOf<T extends MixedTools, Name extends keyof T & string = keyof T & string> = {
  [One in Name]: T[One] extends ProviderTool ? One | `${One}.${string}` : One;
}[Name];

/** A call of one of these tools, whatever its state. */
export type CallOf<T extends MixedTools> = {
  [Name in keyof T & string]: ToolCall<NameOf<T, Name>, InputOf<T[Name]>, OutputOf<T[Name]>>;
}[keyof T & string];

/** A change of such a call. */
export type ChangeOf<T extends MixedTools> = {
  [Name in keyof T & string]: ToolCallChange<NameOf<T, Name>, InputOf<T[Name]>, OutputOf<T[Name]>>;
}[keyof T & string];

/** A call that waits: its input was validated. */
export type WaitingCall<T extends MixedTools> = {
  [Name in keyof T & string]: ToolCall<NameOf<T, Name>, InputOf<T[Name]>, OutputOf<T[Name]>> & {
    readonly input: InputOf<T[Name]>;
  };
}[keyof T & string];

/** What may be decided about a call: one that its provider runs takes no other arguments, and nobody's answer. */
export type DecisionAbout<T extends MixedTools[string]> = T extends ProviderTool
  ? Exclude<Decision<never>, { readonly type: 'answer' }>
  : Decision<InputOf<T>, OutputOf<T>>;

/** Everything a run with these tools can tell. */
export type EventOf<T extends MixedTools, Output = unknown> = ChatEvent<CallOf<T>, ChangeOf<T>, Output>;

/** A run, event by event. Breaking off stops it; what was started is awaited and kept. */
export type ChatStream<T extends MixedTools, Output = unknown> = AsyncGenerator<EventOf<T, Output>, void, undefined>;

/** How one run differs from what the chat says. */
export interface StreamBase<Output = unknown, Name extends string = string> {
  /** Stops the run. The error thrown is the signal's reason. */
  readonly signal?: AbortSignal;
  /** In place of the chat's. */
  readonly model?: Model;
  /** Laid over the chat's settings, one by one; so are the next three, which are settings by their own name. */
  readonly settings?: Settings<Name>;
  readonly toolChoice?: Settings<Name>['toolChoice'];
  readonly headers?: Settings['headers'];
  readonly providerOptions?: Settings['providerOptions'];
  /** The run is to end with a value of this shape: `done.output`. */
  readonly output?: Schema<Output>;
  /** Model calls since the last word of the user. Default: the chat's, which is 16. */
  readonly maxSteps?: number;
  /** Goes on after `step-limit`. */
  readonly continue?: boolean;
  /** Called before events take effect; a tool starts only after it came back. A refusal stops the run. */
  readonly commit?: Commit;
  /** Stands around the model calls and tools of this run; `yourcall/telemetry` is one. */
  readonly around?: Around;
  /** Asks the models of this run. Default: `model.stream(request)`. A runtime gives the request what its store keeps apart. */
  readonly ask?: AskModel;
  /** How large values may be that tools are given and give. */
  readonly limits?: Limits;
  /** Keeps the threads that calls are handed to; a runtime does. Default: there are none, and such a call fails. */
  readonly children?: Children;
}

/** `context` is required when a tool asks for one. */
export type StreamOptions<Context, Output = unknown, Name extends string = string> = StreamBase<Output, Name> &
  (unknown extends Context ? { readonly context?: Context } : { readonly context: Context });

/** The last parameter of `stream()`: required when a tool asks for a context. */
export type OptionsFor<Context, Output = unknown, Name extends string = string> = unknown extends Context
  ? [options?: StreamOptions<Context, Output, Name>]
  : [options: StreamOptions<Context, Output, Name>];

/** How a run ended that was not watched. */
export type Completed<Output = unknown> = (DoneEvent<Output> | PausedEvent) & {
  /** The text of the last message, when it is the model's. */
  readonly text: string;
  /** The structured output that the run was asked for, validated; absent where it paused. */
  readonly output?: Output;
  /** Model calls since the last word of the user, or the last decision of a person. */
  readonly steps: number;
};

/** Who decides, and how the decision is kept. */
export interface DecideOptions<Context = unknown> {
  /** Who decides, taken at its word: find out before who it is. */
  readonly by?: string;
  /** What approvers may also be named by: groups and roles that this person has (rule D4). */
  readonly groups?: readonly string[];
  /** The digest of what the person was shown, where the call itself is not at hand (rule D1). */
  readonly seen?: string;
  /** As in `stream()`; the decision counts once it came back. */
  readonly commit?: Commit;
  /** Handed to policies, which are asked again about an edited input. */
  readonly context?: Context;
}

/** A chat: a model, tools, and how they work together. It holds no conversation. */
export interface Chat<T extends MixedTools = ToolSet, Context = unknown> {
  /** Its tools, and how models are told of them. */
  readonly toolbox: Toolbox;
  /**
   * Runs the conversation until it is finished, somebody is needed, or something breaks; the last event says which.
   * Throws `ChatError` after an `error` event, and `busy` when the conversation is being advanced already.
   */
  stream<Output = unknown>(
    conversation: Conversation,
    ...options: OptionsFor<Context, Output, keyof T & string>
  ): ChatStream<T, Output>;
  /** The same run, drained: how it ended. */
  complete<Output = unknown>(
    conversation: Conversation,
    ...options: OptionsFor<Context, Output, keyof T & string>
  ): Promise<Completed<Output>>;
  /** The calls that wait, each kind told apart. */
  waiting(conversation: Conversation): Waiting<WaitingCall<T>>;
  /**
   * Decides about one call. Give the call that the person was shown, and a decision about anything else is `stale`;
   * with its id alone, what is there now is decided.
   */
  decide<Name extends NameOf<T>>(
    conversation: Conversation,
    call: ToolCall<Name> | string,
    // A chat without tools may have calls to decide that another one made.
    decision: [Name] extends [never] ? Decision : DecisionAbout<Name extends keyof T ? T[Name] : ProviderTool>,
    options?: DecideOptions<Context>,
  ): Promise<DecisionAnswer>;
}

/** What became of a decision. */
export type DecisionAnswer =
  /** It counts. `call.state` says where the call stands now, which may still be `awaiting-approval`. */
  | { readonly type: 'applied'; readonly call: ToolCall }
  /** Somebody settled the same question before: `earlier` says who, when and how. */
  | { readonly type: 'already'; readonly call: ToolCall; readonly earlier: DecisionRecord }
  /** The call is not what the person was shown, or nothing of this kind is asked about it. */
  | { readonly type: 'stale'; readonly call: ToolCall }
  | { readonly type: 'expired'; readonly call: ToolCall }
  | { readonly type: 'invalid'; readonly call: ToolCall; readonly issues: readonly SchemaIssue[] }
  | { readonly type: 'forbidden'; readonly call: ToolCall; readonly reason: string }
  /** An old attempt may still act until this time (milliseconds since the epoch; rule E2). */
  | { readonly type: 'too-early'; readonly call: ToolCall; readonly until: number };
