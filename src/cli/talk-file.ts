import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Conversation } from '../conversation/conversation.ts';
import type { ConversationJson } from '../conversation/parse.ts';
import { ChatError } from '../conversation/error.ts';
import type { ChatEvent } from '../conversation/event.ts';
import { takeLock } from './lock.ts';
import type { Lock } from './lock.ts';
import { visible } from '../wire/plain-text.ts';
import { realPathOf } from './real-path.ts';
import { messageOf } from './sentence.ts';

/**
 * A conversation kept in a file. What a commit is handed is folded into a copy, by the same fold, and the copy is
 * written beside the file, synced, and put in its place: at any moment the file is a whole conversation.
 */
export class TalkFile {
  readonly path: string;
  readonly conversation: Conversation;
  readonly #lock: Lock;
  /** What is in the file, or will be with the first commit. */
  #stored: ConversationJson;

  private constructor(path: string, conversation: Conversation, lock: Lock) {
    this.path = path;
    this.conversation = conversation;
    this.#stored = conversation.toJSON();
    this.#lock = lock;
  }

  /**
   * Opens a file, or begins a new one, and keeps others out until `close()`.
   * Throws `ChatError`: `busy` when another process has it, `format` when it is no conversation; the file stays as it is.
   */
  static open(name: string): TalkFile {
    const opening = `Opening ${visible(name)}`;
    const path = attempt(opening, () => realPathOf(name));
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw refused(`${opening}: it is a folder.`);
    const lock = attempt(opening, () => takeLock(`${path}.lock`, visible(name)));
    try {
      const conversation = attempt(opening, () => read(path));
      removeLeftovers(path);
      return new TalkFile(path, conversation, lock);
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /** The seam: what it was handed is in the file when it returns. Throws when it cannot be. */
  readonly commit = (events: readonly ChatEvent[]): void => {
    if (!this.#lock.isHeld()) throw new ChatError('fenced', `${this.path} was taken over by another process.`);
    // A list that was handed out never changes, so a commit that fails leaves what is stored as it was.
    const copy = new Conversation(this.#stored);
    for (const event of events) copy.apply(event);
    replace(this.path, `${JSON.stringify(copy, null, 2)}\n`);
    this.#stored = copy.toJSON();
  };

  close(): void {
    this.#lock.release();
  }
}

function read(path: string): Conversation {
  if (!existsSync(path)) return new Conversation();
  return Conversation.parse(readFileSync(path, 'utf8'));
}

function refused(sentence: string): ChatError {
  return new ChatError('invalid-request', sentence);
}

function attempt<Result>(what: string, work: () => Result): Result {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof ChatError && cause.code === 'busy') throw cause;
    const code = cause instanceof ChatError ? cause.code : 'invalid-request';
    throw new ChatError(code, `${what}: ${messageOf(cause)}.`, { cause });
  }
}

/** What a process left that died while it wrote. Nobody else writes: we have the lock. */
function removeLeftovers(path: string): void {
  const folder = dirname(path);
  const leftovers = readdirSync(folder).filter((name) => name.startsWith(`${basename(path)}.tmp-`));
  for (const name of leftovers) rmSync(join(folder, name), { force: true });
}

/** Puts a text in a file's place, so that a crash leaves the one or the other. */
function replace(path: string, text: string): void {
  const temporary = `${path}.tmp-${process.pid}`;
  const mode = existsSync(path) ? statSync(path).mode & 0o777 : 0o600;
  try {
    const file = openSync(temporary, 'w', mode);
    try {
      writeFileSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncFolder(dirname(path));
}

/** Makes the renaming last. Some systems have no such thing; the file is whole without it too. */
function syncFolder(path: string): void {
  let folder: number | undefined;
  try {
    folder = openSync(path, 'r');
    fsyncSync(folder);
  } catch {
    // Windows, and some network folders.
  } finally {
    if (folder !== undefined) closeSync(folder);
  }
}
