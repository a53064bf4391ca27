import type { MixedTools } from '../chat/tool.ts';
import type { NameOf, WaitingCall } from '../chat/types.ts';
import type { ContentPart } from '../conversation/content.ts';
import type { Waiting } from '../conversation/event.ts';
import type { GrantWish } from '../conversation/grant-offer.ts';
import { newId } from '../conversation/id.ts';
import type { Message } from '../conversation/message.ts';
import { seenOf } from '../conversation/seen.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import { noUsage } from '../conversation/usage.ts';
import type { Usage } from '../conversation/usage.ts';
import { waitingCalls } from '../conversation/waiting.ts';
import type { Api, SayOptions } from './api.ts';
import type { ConnectionState } from './connection.ts';
import { decideAbout } from './deciding.ts';
import { liveOf } from './live.ts';
import type { Live, LiveOptions, LiveParts } from './live.ts';
import { machineClock } from './options.ts';
import { persistently } from './patience.ts';
import type { Folded } from './thread-fold.ts';
import { ThreadFollower } from './thread-follower.ts';
import type { DecisionFor, MessageOf } from './typed.ts';
import type { Answer, ThreadView } from './views.ts';
import { Words } from './words.ts';
import type { Said } from './words.ts';

/** A thread as it is now. */
export interface ThreadSnapshot<T extends MixedTools> extends ConnectionState {
  /** Absent until it was read. Its title is as it was then; its status is kept up to date. */
  readonly thread?: ThreadView;
  /** What was said, and at the end the words that are on their way. */
  readonly messages: readonly MessageOf<T>[];
  /** The calls that wait, each kind told apart. */
  readonly waiting: Waiting<WaitingCall<T>>;
  /** Spent since the last word of the user. */
  readonly usage: Usage;
  /** What running tools have reported last, by the ids of their calls. */
  readonly progress: Readonly<Record<string, unknown>>;
  /** A structured output so far, while the model writes it. */
  readonly output?: unknown;
}

/** A thread, kept up to date, and what may be done in it. */
export interface LiveThread<T extends MixedTools> extends Live<ThreadSnapshot<T>> {
  readonly id: string;
  /** Says something: it stands in `messages` at once, marked as pending, and is sent until it arrives or that is hopeless. */
  say(content: string | readonly ContentPart[], options?: SayOptions): Promise<Said>;
  /** Sends a word again that was given up, by the id that it has in `messages`. It is said once all the same. */
  resend(id: string): Promise<Said>;
  /** Takes a word out of `messages` that was given up. */
  discard(id: string): void;
  /**
   * Decides about a call as it was shown: give the one from a snapshot, and a decision about what it is no more comes back
   * as `stale`. An id stands for the call in the newest snapshot. With an approval something may be granted of what
   * `client.offerGrants` says.
   */
  decide<Name extends NameOf<T>>(
    call: ToolCall<Name> | string,
    decision: DecisionFor<T, Name>,
    grant?: GrantWish,
  ): Promise<Answer>;
  /** Stops the run that is under way; `calls` also cancels what waits and was not started. */
  stop(options?: { readonly calls?: boolean }): Promise<boolean>;
}

/** Makes a live view of a thread. */
export function liveThread<T extends MixedTools>(id: string, api: Api, options: LiveOptions): LiveThread<T> {
  const follower = new ThreadFollower(id, api, {
    onChange: () => live.change(),
    onMessage: (message) => words.hear(message),
  });
  const words: Words = new Words({
    send: (content, how) => persistently(() => api.say(id, content, how), live.signal, options),
    isTold: (message) => follower.fold?.has(message) === true,
    onChange() {
      live.change();
      live.flush();
    },
    now: (options.clock ?? machineClock).now,
    newId: options.newId ?? newId,
  });
  const messages = joined();
  const live: LiveParts<ThreadSnapshot<T>> = liveOf(
    {
      follow: (signal, onOpen) => follower.follow(signal, onOpen),
      make(state) {
        const { messages: told, thread, ...more } = follower.fold?.view() ?? nothing;
        const snapshot = { ...state, ...more, ...(thread && { thread }), messages: messages(told, words.pending) };
        // Its calls are of the tools of the chat whose type was given.
        return snapshot as unknown as ThreadSnapshot<T>;
      },
    },
    options,
  );
  const { change: _change, flush: _flush, signal, ...view } = live;
  return {
    ...view,
    id,
    say: (content, how) => words.say(content, how),
    resend: (word) => words.resend(word),
    discard: (word) => words.discard(word),
    async decide(given, decision, grant) {
      const call = typeof given === 'string' ? callIn(live.getSnapshot().messages, given) : given;
      if (!call) return { type: 'not-found' };
      const choice = { call: call.id, decision, seen: seenOf(call), ...(grant && { grant }) };
      return decideAbout({ thread: id, choice }, api, { ...options, signal });
    },
    stop: (how) => api.cancel(id, how),
  };
}

const nothing: Folded = {
  thread: undefined,
  messages: [],
  waiting: waitingCalls({ unsettled: [] }),
  usage: noUsage,
  progress: {},
};

/** What was said and what is on its way as one list: the same one for as long as both are. */
function joined(): (told: readonly Message[], pending: readonly Message[]) => readonly Message[] {
  let last: readonly Message[] = [];
  return (told, pending) => {
    const all = pending.length === 0 ? told : [...told, ...pending];
    const isSame = all.length === last.length && all.every((message, index) => message === last[index]);
    return isSame ? last : (last = all);
  };
}

function callIn(messages: readonly Message[], id: string): ToolCall | undefined {
  const calls = messages.flatMap(({ parts }) => parts.flatMap((part) => (part.type === 'tool' ? [part.call] : [])));
  return calls.find((call) => call.id === id);
}
