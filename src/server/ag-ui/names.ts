import { wordId } from '../../runtime/word.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import type { PostedMessage } from './said.ts';

/**
 * The ids under which a client has what it posted itself: told under another id it would stand there twice, or at another
 * place. All else goes by our ids.
 */
export class Names {
  readonly #words: ReadonlyMap<string, string>;
  readonly #results: ReadonlyMap<string, string>;

  constructor(thread: string, posted: readonly PostedMessage[]) {
    this.#words = new Map(posted.flatMap(({ id, role }) => (role === 'user' ? [[wordId(thread, id), id]] : [])));
    this.#results = new Map(posted.flatMap(({ id, call }) => (call === undefined ? [] : [[call, id]])));
  }

  /** Of a message that somebody has said. */
  word(id: string): string {
    return this.#words.get(id) ?? id;
  }

  /** Of what a call came to. */
  result({ id }: Pick<ToolCall, 'id'>): string {
    return this.#results.get(id) ?? `${id}.result`;
  }

  /** Of one thought in a message. */
  thought(message: string, place: number): string {
    return `${message}.${place}`;
  }
}
