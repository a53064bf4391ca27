import type { DecisionAnswer } from '../../chat/types.ts';
import { seenOf } from '../../conversation/seen.ts';
import type { ContentPart } from '../../conversation/content.ts';
import { Conversation } from '../../conversation/conversation.ts';
import type { Decision } from '../../conversation/decision.ts';
import { ChatError } from '../../conversation/error.ts';
import { isEnd } from '../../conversation/event.ts';
import type { ChatEvent } from '../../conversation/event.ts';
import { next } from '../../conversation/next.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import type { ReadThread, Runtime } from '../../runtime/runtime.ts';
import type { NewThread, Thread } from '../../store/thread.ts';
import type { Alarm } from '../alarm.ts';
import { clip } from '../../wire/plain-text.ts';
import type { Session } from '../session.ts';
import { userName } from '../user-name.ts';
import { Elsewhere } from './elsewhere.ts';
import { Heard } from './heard.ts';

/** What a session of a thread needs. */
export interface ThreadSessionOptions {
  readonly runtime: Runtime;
  /** The thread; one that is not there is made with the first word. */
  readonly thread: NewThread;
  readonly read: ReadThread | undefined;
  /** The clock of its store. */
  readonly now: () => number;
  /** Told when a thread has something to do and its log is silent; as it is then. */
  readonly onSilence: (thread: Thread) => void;
}

/** After so long without an event a thread that has something to do is looked at, in milliseconds. */
const silence = 3_000;

/**
 * A thread, which others may talk in, decide about and advance too. All that is shown comes from its log, whoever wrote it;
 * so it does not matter where it runs.
 */
export class ThreadSession implements Session {
  readonly conversation: Conversation;
  readonly #options: ThreadSessionOptions;
  readonly #elsewhere: Elsewhere;
  readonly #heard = new Heard();
  readonly #leaving = new AbortController();
  #isThere: boolean;
  /** Whether its log will come to an end event. */
  #isWorking: boolean;
  #isAtLimit: boolean;
  #isShown = false;
  #isStopping = false;

  constructor(options: ThreadSessionOptions) {
    const { read, thread, now } = options;
    this.#options = options;
    this.conversation = new Conversation({ ...read, id: thread.thread, now });
    this.#elsewhere = new Elsewhere(this.conversation);
    this.#isThere = read !== undefined;
    this.#isWorking = read?.thread.status === 'working';
    this.#isAtLimit = read?.thread.status === 'done' && next(this.conversation) === 'model';
    if (read) void this.#follow(read.cursor);
  }

  get isUnfinished(): boolean {
    return this.#isWorking;
  }

  /** Whether it is kept: one in which nothing was said is not. */
  get isKept(): boolean {
    return this.#isThere;
  }

  async say(text: string, files: readonly ContentPart[] = []): Promise<void> {
    if (!this.#isThere) await this.#make(text);
    const word = files.length === 0 ? text : [{ type: 'text', text } as const, ...files];
    this.#elsewhere.saidHere(await this.#send(word));
  }

  async decide(call: ToolCall, decision: Decision): Promise<DecisionAnswer> {
    const by = userName();
    const decided = { call: call.id, decision, seen: seenOf(call), ...(by !== undefined && { by }) };
    const answer = await this.#options.runtime.decide(this.#options.thread, decided);
    if (answer.type !== 'applied') return answer;
    this.#elsewhere.decidedHere(answer.call);
    this.#isWorking = true;
    return answer;
  }

  async *advance(how?: 'retry'): AsyncGenerator<ChatEvent> {
    this.#isStopping = false;
    if (how === 'retry') await this.#retry();
    this.#isShown = true;
    try {
      while (!this.#leaving.signal.aborted) {
        const event = this.#heard.take();
        if (event) yield this.#folded(event);
        else if (!this.#isWorking) return;
        else if (!(await this.#hears())) await this.#look();
      }
    } finally {
      this.#isShown = false;
    }
  }

  stop(): boolean {
    if (!this.#isShown || this.#isStopping) return false;
    this.#isStopping = true;
    this.#options.runtime.cancel(this.#options.thread).catch((error: unknown) => this.#heard.fail(error));
    return true;
  }

  /** What runs is not stopped by it: somebody else may go on with it. */
  leave(): void {
    this.#leaving.abort();
  }

  alarm(): Alarm {
    const controller = new AbortController();
    return { signal: controller.signal, stop: this.#heard.ring(() => controller.abort()) };
  }

  elsewhere(event: ChatEvent): string | undefined {
    return this.#elsewhere.told(event);
  }

  #folded(event: ChatEvent): ChatEvent {
    this.conversation.apply(event);
    this.#isWorking = !isEnd(event);
    if (isEnd(event)) this.#isAtLimit = event.type === 'done' && event.finish === 'step-limit';
    return event;
  }

  async #make(text: string): Promise<void> {
    const { runtime, thread } = this.#options;
    const key = await runtime.threads.create({ ...thread, title: clip(text.trim().replace(/\s+/g, ' '), 60) });
    this.#isThere = true;
    void this.#follow((await runtime.read(key))?.cursor);
  }

  async #send(word: string | readonly ContentPart[]): Promise<string> {
    const author = userName();
    const { message } = await this.#options.runtime.send(this.#options.thread, word, {
      ...(author !== undefined && { author }),
    });
    this.#isWorking = true;
    return message.id;
  }

  /** Who has called the model often enough needs a word, which is told like any other that was not typed here. */
  async #retry(): Promise<void> {
    if (this.#isAtLimit) return void (await this.#send('Go on.'));
    await this.#options.runtime.retry(this.#options.thread);
    this.#isWorking = true;
  }

  /** Listens for as long as somebody is here; a store that cannot be reached is tried again. */
  async #follow(after: string | undefined): Promise<void> {
    const { signal } = this.#leaving;
    let cursor = after;
    while (!signal.aborted) {
      try {
        const place = cursor === undefined ? {} : { after: cursor };
        for await (const one of this.#options.runtime.watch(this.#options.thread, { ...place, signal })) {
          cursor = one.cursor;
          this.#heard.add(one.event);
        }
      } catch (error) {
        // It was erased: there is nothing to come back to.
        if (error instanceof ChatError && error.code === 'invalid-request') return this.#heard.fail(error);
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
    }
  }

  /** Waits for the next event; false when there was none for a while. */
  #hears(): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const forget = this.#heard.ring(() => resolve(true));
    const timer = setTimeout(() => resolve(false), silence);
    const leave = (): void => resolve(true);
    this.#leaving.signal.addEventListener('abort', leave, { once: true });
    return promise.finally(() => {
      forget();
      clearTimeout(timer);
      this.#leaving.signal.removeEventListener('abort', leave);
    });
  }

  /** A silent thread may be nobody's, or at its end without our having heard of it. */
  async #look(): Promise<void> {
    const { runtime, thread, onSilence } = this.#options;
    const read = await runtime.read(thread);
    if (!read || this.#heard.isWaiting) return;
    if (read.thread.status === 'working') onSilence(read.thread);
    else this.#isWorking = false;
  }
}
