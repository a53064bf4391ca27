import type { Conversation } from '../conversation/conversation.ts';
import { ChatError, messageOf } from '../conversation/error.ts';
import type { Message } from '../conversation/message.ts';
import type { Usage } from '../conversation/usage.ts';
import type { Model, Settings, ToolChoice } from './model.ts';

/** What a hook is told. */
export interface HookContext<Context = never> {
  readonly conversation: Conversation;
  readonly context: Context;
  readonly signal: AbortSignal;
}

/**
 * Called before the first model call of a run, so also after every pause: what it gives is for this run's requests only,
 * and is stored nowhere (rule L7).
 */
export type BeforeHook<Context = never> = (about: HookContext<Context>) => Maybe<Additions>;

/** What a request gets beside the conversation. */
export interface Additions {
  /** Added to the chat's instructions. */
  readonly instructions?: string;
  /** Stand right before the last word of the user. */
  readonly messages?: readonly Message[];
}

/** Called before each model call. */
export type StepHook<Context = never, Name extends string = string> = (
  about: HookContext<Context> & {
    /** Model calls since the last word of the user, this one included: 1, 2, … */
    readonly number: number;
    readonly usage: Usage;
  },
) => Maybe<Step<Name>>;

/** How one model call differs from what the chat and the caller said. */
export interface Step<Name extends string = string> {
  readonly model?: Model;
  /** The tools the model may use now, by name. Default: all. */
  readonly tools?: readonly Name[];
  readonly toolChoice?: ToolChoice<Name>;
  /** In place of the chat's. */
  readonly instructions?: string;
  /** Laid over the others, one by one. */
  readonly settings?: Settings<Name>;
  /** What the model sees of the messages. */
  readonly view?: View;
  /** Ends the run here: `done`, without a model call. */
  readonly stop?: boolean;
}

/** A projection of the messages for one request; it is never stored. */
export type View = (messages: readonly Message[]) => readonly Message[];

/** Called before `done`, perhaps more than once (rule L7). */
export type AfterHook<Context = never> = (
  conversation: Conversation,
  usage: Usage,
  about: Omit<HookContext<Context>, 'conversation'>,
) => Maybe<void>;

/** A value, none, or a promise of either. */
export type Maybe<T> = T | void | undefined | Promise<T | void | undefined>;

/** What a run ends with when a function of its chat throws. */
export function hookFailed(name: string, cause: unknown): ChatError {
  return new ChatError('hook-failed', `The hook \`${name}\` failed: ${messageOf(cause)}`, { cause });
}
