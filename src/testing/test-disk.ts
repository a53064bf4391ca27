import type { Commit } from '../chat/seam.ts';
import { Conversation } from '../conversation/conversation.ts';
import type { ConversationOptions } from '../conversation/conversation.ts';
import type { ChatEvent } from '../conversation/event.ts';

/** Whether the process dies right before a commit is stored, or right after: stored, but nobody was told. */
export type CrashMoment = 'before' | 'after';

/** What a process holds that has opened a disk. */
export interface OpenedDisk {
  /** As it was stored, read from its JSON as another process would. */
  readonly conversation: Conversation;
  readonly commit: Commit;
}

/** Keeps one conversation as a file would, by what is committed alone. */
export interface TestDisk {
  /** A process opens the disk. What an earlier one still commits is refused. */
  open(): OpenedDisk;
  /** The process that has the disk open dies at this commit, counted from the first one of the disk. */
  crashAt(commit: number, moment: CrashMoment): void;
  /** Whether the process that opened the disk last has died. */
  readonly crashed: boolean;
  /** How many commits there were, refused ones of the dead not counted. */
  readonly commits: number;
  /** The stored conversation. */
  readonly text: string;
}

/** What a commit throws when its process is dead. */
export class TestCrash extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'TestCrash';
  }
}

/**
 * A disk in memory, which outlives the processes that use it: `commit` stores, a crash loses everything that was not committed,
 * and `open` gives what a new process finds.
 *
 * @example
 * const disk = testDisk();
 * disk.crashAt(3, 'before');
 */
export function testDisk(options: Omit<ConversationOptions, 'messages' | 'run'> = {}): TestDisk {
  return new MemoryDisk(options);
}

class MemoryDisk implements TestDisk {
  readonly #options: ConversationOptions;
  readonly #stored: Conversation;
  #commits = 0;
  #process = 0;
  #crash: { readonly commit: number; readonly moment: CrashMoment } | undefined;
  #crashed = false;

  constructor(options: ConversationOptions) {
    this.#options = options;
    this.#stored = new Conversation(options);
  }

  get crashed(): boolean {
    return this.#crashed;
  }

  get commits(): number {
    return this.#commits;
  }

  get text(): string {
    return JSON.stringify(this.#stored);
  }

  crashAt(commit: number, moment: CrashMoment): void {
    this.#crash = { commit, moment };
  }

  open(): OpenedDisk {
    this.#crashed = false;
    this.#process += 1;
    const process = this.#process;
    const conversation = Conversation.parse(this.text, this.#options);
    return { conversation, commit: (events) => this.#store(process, events) };
  }

  #store(process: number, events: readonly ChatEvent[]): void {
    if (process !== this.#process || this.#crashed) throw new TestCrash('This process is dead.');
    this.#commits += 1;
    const dies = this.#crash?.commit === this.#commits ? this.#crash.moment : undefined;
    this.#crashed = dies !== undefined;
    // As written to a file: nothing that the process changes later reaches what is stored.
    if (dies !== 'before') for (const event of JSON.parse(JSON.stringify(events))) this.#stored.apply(event);
    if (dies) throw new TestCrash(`The process died ${dies} commit ${this.#commits} was stored.`);
  }
}
