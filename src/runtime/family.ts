import type { ChildAnswer, Children } from '../chat/children.ts';
import type { HandOut } from '../chat/tool.ts';
import type { Child } from '../conversation/child.ts';
import type { Conversation } from '../conversation/conversation.ts';
import type { ChatEvent } from '../conversation/event.ts';
import { childOf } from '../conversation/handed-out.ts';
import type { Thread } from '../store/thread.ts';
import type { Lease } from './lease.ts';
import type { Setup } from './options.ts';

/** How deep threads may be opened for calls of threads that were opened for calls (rule C3). */
const deepest = 4;

/** The threads around one that is advanced: those that answer its calls, and the one that waits for its answer (rule C3). */
export class Family implements Children {
  readonly #setup: Setup;
  readonly #thread: Thread;
  /** What threads have come to that answer its calls. */
  readonly #answers = new Map<string, ChildAnswer>();

  constructor(setup: Setup, thread: Thread) {
    this.#setup = setup;
    this.#thread = thread;
  }

  admit({ chat, say }: HandOut['thread']): ReturnType<Children['admit']> {
    const { chats, limits } = this.#setup;
    const refused = (reason: string): { readonly refused: string } => ({ refused: reason });
    if ((this.#thread.within ?? []).length >= deepest)
      return refused(`it would be the ${deepest + 1}th thread within another`);
    if (!Object.hasOwn(chats, chat)) return refused(`there is no chat named ${JSON.stringify(chat)}`);
    if (typeof say !== 'string' || say === '') return refused('there is nothing that its thread would be told');
    const size = new TextEncoder().encode(say).length;
    if (size > limits.input)
      return refused(`what its thread would be told has ${size} bytes, and ${limits.input} may be said`);
    // Not to be guessed, as that of any thread.
    return { thread: crypto.randomUUID() };
  }

  answerOf({ thread }: Child): ChildAnswer | undefined {
    return this.#answers.get(thread);
  }

  /** Looks what has become of the threads that answer calls; whether one has ended since the last look. */
  async look(conversation: Conversation): Promise<boolean> {
    const before = this.#answers.size;
    for (const { thread } of conversation.unsettled.flatMap((call) => childOf(call) ?? [])) {
      const answer = this.#answers.has(thread) ? undefined : await this.#ended(thread);
      if (answer) this.#answers.set(thread, answer);
    }
    return this.#answers.size > before;
  }

  /**
   * What is to be called when there is news: a thread that answers a call may have ended, which its run takes up; or nobody
   * waits for the answer of this one any more, which stops its run.
   */
  listen(conversation: Conversation, lease: Lease): () => void {
    let looking: Promise<void> | undefined;
    const look = async (): Promise<void> => {
      if (await this.look(conversation)) conversation.journal.record(() => []);
      if (!(await this.isAwaited())) lease.stop();
    };
    return () => {
      // What came while it looked may have been missed, and the row says that it is due (rule S3).
      looking ??= look()
        .catch(this.#setup.report)
        .finally(() => (looking = undefined));
    };
  }

  /** Whether its answer is waited for, or it answers nobody. */
  async isAwaited(): Promise<boolean> {
    const { tenant, thread, within } = this.#thread;
    const asked = within?.at(-1);
    if (!asked) return true;
    const parent = await this.#setup.store.load({ tenant, thread: asked.thread }, { calls: [asked.call] });
    const parts = parent?.messages.flatMap((message) => message.parts) ?? [];
    return parts.some(
      (part) => part.type === 'tool' && part.call.id === asked.call && childOf(part.call)?.thread === thread,
    );
  }

  async #ended(thread: string): Promise<ChildAnswer | undefined> {
    const { store } = this.#setup;
    const key = { tenant: this.#thread.tenant, thread };
    const loaded = await store.load(key, {});
    if (!loaded) return { failed: 'its thread is gone' };
    const { status, seq } = loaded.thread;
    if (status !== 'done' && status !== 'failed') return undefined;
    const [page] = await store.read([{ ...key, after: seq - 1 }], 1);
    // Somebody may have spoken in it since: then there is another end to come.
    return answerIn(page?.rows.at(-1)?.events.at(-1));
  }
}

function answerIn(end: ChatEvent | undefined): ChildAnswer | undefined {
  if (end?.type !== 'done' && end?.type !== 'error') return undefined;
  const { usage: spent } = end;
  if (end.type === 'error') return { failed: `its thread failed: ${end.code}`, spent };
  if (end.finish === 'step-limit') return { failed: 'its thread came to its step limit', spent };
  return { output: end.output ?? end.text, spent };
}
