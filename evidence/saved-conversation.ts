import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Conversation } from '../src/index.ts';
import type { ChatEvent, Commit, ConversationOptions } from '../src/index.ts';

/** A conversation in a file: every commit is folded into a copy, which replaces the file before anything takes effect. */
export class SavedConversation {
  readonly conversation: Conversation;
  /** Everything that was committed, in order. */
  readonly events: ChatEvent[] = [];
  readonly #file: string;
  readonly #copy: Conversation;

  constructor(folder: string, options: ConversationOptions = {}) {
    this.#file = join(folder, 'conversation.json');
    const saved = existsSync(this.#file) ? readFileSync(this.#file, 'utf8') : undefined;
    this.conversation = saved === undefined ? new Conversation(options) : Conversation.parse(saved);
    this.#copy = Conversation.parse(JSON.stringify(this.conversation));
  }

  readonly commit: Commit = (events) => {
    for (const event of events) this.#copy.apply(event);
    this.events.push(...events);
    replace(this.#file, JSON.stringify(this.#copy));
  };
}

/** The file is the old text or the new one, whenever the process dies. */
function replace(file: string, text: string): void {
  const temporary = `${file}.${process.pid}`;
  const handle = openSync(temporary, 'w');
  writeSync(handle, text);
  fsyncSync(handle);
  closeSync(handle);
  renameSync(temporary, file);
}
