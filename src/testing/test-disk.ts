import type { Commit, CommitAnswer } from '../chat/seam.ts';
import { Conversation } from '../conversation/conversation.ts';
import type { ConversationOptions } from '../conversation/conversation.ts';
import { isEnd } from '../conversation/event.ts';
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
  /** A process opens the disk to advance the conversation. What an earlier one still commits is refused. */
  open(): OpenedDisk;
  /**
   * A process that only says or decides something, beside the one that advances the conversation. Each is told what the
   * other has stored with its next commit, which is refused when it has to look at that first (rule D3).
   */
  openBeside(): OpenedDisk;
  /** Whether the process that opened the disk last was told of everything that is stored. */
  readonly level: boolean;
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

/** A process that has the disk open, and how far it knows what is stored. */
interface Process {
  readonly advances: boolean;
  seen: number;
}

class MemoryDisk implements TestDisk {
  readonly #options: ConversationOptions;
  readonly #stored: Conversation;
  readonly #log: ChatEvent[] = [];
  #commits = 0;
  #holder: Process | undefined;
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

  get level(): boolean {
    return this.#holder?.seen === this.#log.length;
  }

  crashAt(commit: number, moment: CrashMoment): void {
    this.#crash = { commit, moment };
  }

  open(): OpenedDisk {
    this.#crashed = false;
    return this.#opened((this.#holder = { advances: true, seen: this.#log.length }));
  }

  openBeside(): OpenedDisk {
    return this.#opened({ advances: false, seen: this.#log.length });
  }

  #opened(process: Process): OpenedDisk {
    const conversation = Conversation.parse(this.text, this.#options);
    return { conversation, commit: (events) => this.#take(process, events) };
  }

  #take(process: Process, events: readonly ChatEvent[]): CommitAnswer {
    if (process.advances && (process !== this.#holder || this.#crashed)) throw new TestCrash('This process is dead.');
    const others = this.#log.slice(process.seen);
    process.seen = this.#log.length;
    if (others.length > 0 && events.some(mustLook)) return { refused: others };
    if (process.advances) this.#storeOrDie(events);
    else this.#store(events);
    process.seen = this.#log.length;
    return others.length > 0 ? others : undefined;
  }

  #storeOrDie(events: readonly ChatEvent[]): void {
    this.#commits += 1;
    const dies = this.#crash?.commit === this.#commits ? this.#crash.moment : undefined;
    this.#crashed = dies !== undefined;
    if (dies !== 'before') this.#store(events);
    if (dies) throw new TestCrash(`The process died ${dies} commit ${this.#commits} was stored.`);
  }

  /** As written to a file: nothing that the process changes later reaches what is stored. */
  #store(events: readonly ChatEvent[]): void {
    for (const event of JSON.parse(JSON.stringify(events)) as ChatEvent[]) {
      this.#stored.apply(event);
      this.#log.push(event);
    }
  }
}

/** Events that may be wrong once others have come first: a call was moved, or the run is not at its end. */
function mustLook(event: ChatEvent): boolean {
  return event.type === 'tool' || isEnd(event);
}
