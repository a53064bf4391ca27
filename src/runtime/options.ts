import type { Limits } from '../chat/limits.ts';
import type { Toolbox } from '../chat/toolbox.ts';
import type { DecideOptions, DecisionAnswer, StreamBase } from '../chat/types.ts';
import type { Conversation } from '../conversation/conversation.ts';
import type { Decision } from '../conversation/decision.ts';
import { ChatError } from '../conversation/error.ts';
import type { ChatEvent } from '../conversation/event.ts';
import { newId } from '../conversation/id.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import type { Store } from '../store/store.ts';
import type { Thread } from '../store/thread.ts';
import { ageOf, countOf, lengthOf } from './length.ts';
import { limitsOf } from './limits.ts';
import { tellingOf } from './notices/options.ts';
import type { Notifications, Telling } from './notices/options.ts';

/** What a runtime needs of a chat; every `Chat` has it. */
export interface DurableChat {
  /** Whoever asks is told of these tools. Default: of none. */
  readonly toolbox?: Toolbox | undefined;
  stream(
    conversation: Conversation,
    options: StreamBase<unknown, never> & { readonly context: never },
  ): AsyncIterable<ChatEvent>;
  decide(
    conversation: Conversation,
    call: ToolCall<never> | string,
    decision: Decision<never>,
    options?: DecideOptions<never>,
  ): Promise<DecisionAnswer>;
}

/** One chat, or several by their names. */
export type DurableChats = DurableChat | Readonly<Record<string, DurableChat>>;

/** What a chat wants to be told as the context of its runs. */
type ContextOfOne<C extends DurableChat> =
  NonNullable<Parameters<C['stream']>[1]> extends { readonly context?: infer Context }
    ? [Context] extends [never]
      ? unknown
      : Context
    : unknown;

/** What all chats of a runtime want to be told. */
type ContextOfAll<C> = [C] extends [never]
  ? unknown
  : C extends DurableChat
    ? ContextOfOne<C>
    : {
          [Name in keyof C]: C[Name] extends DurableChat ? (context: ContextOfOne<C[Name]>) => void : never;
        }[keyof C] extends (context: infer All) => void
      ? All
      : unknown;

/** `context` is required when a tool, or whatever else in a chat, asks for one. */
export type ContextGiven<C extends DurableChats> =
  unknown extends ContextOfAll<C> ? unknown : Required<Pick<RuntimeOptions<C>, 'context'>>;

/** What a runtime is made of. */
export interface RuntimeOptions<C extends DurableChats = DurableChats> {
  /** One chat, which advances threads of the name `default`; or several by their names. */
  readonly chat: C;
  readonly store: Store;
  /** What tools, policies and instructions are given for a thread. */
  readonly context?: (thread: Thread) => NoInfer<ContextOfAll<C>>;
  /** Whether this process advances threads by itself. Default: true. */
  readonly work?: boolean;
  /** How many threads it advances at once. Default: 16. */
  readonly concurrency?: number;
  /** How long a thread is this process's without a sign of life, in milliseconds; renewed three times as often. Default: 10,000. */
  readonly lease?: number;
  /** How often due threads and lapsed leases are looked for that nobody told of, in milliseconds. Default: 2,000. */
  readonly sweep?: number;
  /**
   * How long a thread is kept in which nothing changes any more, in milliseconds: then it is erased, unless somebody or
   * something is waited for in it. Default: for ever.
   */
  readonly retention?: number;
  /** Tells people of what begins to wait, beside whatever runs. Default: nobody is told. */
  readonly notifications?: Notifications;
  /** How long `close()` waits until what its threads came to is stored, in milliseconds. Default: 15,000. */
  readonly closing?: number;
  /** How large values may be, in bytes. What is said or decided and is larger is refused with `invalid-request` (rule S9). */
  readonly limits?: Partial<Limits>;
  /** Names this process in leases. Default: a random name. */
  readonly name?: string;
  /** Told of errors that no caller hears of. Default: `console.error`. */
  readonly onError?: (error: unknown) => void;
}

/** The options with every default filled in. */
export interface Setup {
  readonly chats: Readonly<Record<string, DurableChat>>;
  readonly store: Store;
  readonly contextOf: (thread: Thread) => unknown;
  readonly concurrency: number;
  readonly lease: number;
  readonly sweep: number;
  readonly closing: number;
  readonly retention: number | undefined;
  readonly notifications: Telling | undefined;
  readonly limits: Limits;
  readonly name: string;
  readonly report: (error: unknown) => void;
  /** Aborted when the runtime is closed: what is still to be stored is tried on, and keeps no process alive for that. */
  readonly closed: AbortController;
}

/** Fills in what was left out. Throws `ChatError` `invalid-request` for what is no chat, and for what is no store. */
export function setupOf<C extends DurableChats>(options: RuntimeOptions<C>): Setup {
  const { store } = options;
  let { name } = options;
  if (typeof store?.append !== 'function') {
    throw refused('`store` is none: memoryStore(), sqliteStore() and postgresStore() make one');
  }
  return {
    chats: chatsIn(options.chat),
    store,
    contextOf: options.context ?? (() => undefined),
    concurrency: countOf('concurrency', options.concurrency ?? 16),
    // One without an end would never be taken over.
    lease: lengthOf('lease', options.lease ?? 10_000, { least: 1, endless: false }),
    sweep: lengthOf('sweep', options.sweep ?? 2_000, { least: 1 }),
    closing: lengthOf('closing', options.closing ?? 15_000, { least: 0 }),
    retention: ageOf('retention', options.retention),
    notifications: options.notifications && tellingOf(options.notifications),
    limits: limitsOf(options.limits),
    // Workers at the edge draw nothing by chance while a module is loaded, only where a request is answered.
    get name() {
      return (name ??= newId());
    },
    closed: new AbortController(),
    report: options.onError ?? ((error) => console.error('yourcall:', error)),
  };
}

function chatsIn(chat: DurableChats): Setup['chats'] {
  const chats = isChat(chat) ? { default: chat } : (chat ?? {});
  const names = Object.keys(chats);
  const odd = names.find((name) => !isChat(chats[name]!));
  if (names.length > 0 && odd === undefined) return chats;
  throw refused(
    `\`chat\` ${odd === undefined ? 'is missing' : 'is none'}: createChat() makes one, or several by their names`,
  );
}

function isChat(chat: DurableChats | undefined): chat is DurableChat {
  return typeof chat?.['stream'] === 'function' && typeof chat['decide'] === 'function';
}

function refused(why: string): ChatError {
  return new ChatError('invalid-request', `Making a runtime: ${why}.`);
}
