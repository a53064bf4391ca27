import type { Message } from '../../conversation/message.ts';

/** A piece of a turn as it is sent: blocks as JSON. Neighbours of one role are joined, on the wire only (rule W2). */
export interface Turn {
  readonly role: 'user' | 'assistant';
  readonly blocks: readonly string[];
}

/** Where the text of the messages stands behind one of them. */
interface Standing {
  /** Whose turn is open: what follows of the same role goes on in it. */
  readonly open: Turn['role'] | undefined;
  /** The provider paused in it, and goes on in the same turn. */
  readonly isPaused: boolean;
  /** Results that stood at the beginning of the next answer. */
  readonly later: readonly string[];
}

/** What a message becomes. */
export interface MessageTurns {
  readonly turns: readonly Turn[];
  readonly isPaused: boolean;
  readonly later: readonly string[];
}

const begin: Standing = { open: undefined, isPaused: false, later: [] };

/** What the user says where an answer follows one that was cut: the model would have to go on in its own words. */
const goOn = block('Please go on.');

/** What the user says where the assistant speaks first, which the wire does not know. */
const opening = block('(The conversation begins.)');

/**
 * The turns of a conversation as text that only grows: a turn is left open behind each message, so that the next may go
 * on in it, and what was sent stays as it was.
 */
export class Turns {
  readonly #standings: Standing[] = [];

  /** Forgets the messages from an index on. */
  keep(count: number): void {
    this.#standings.length = Math.min(count, this.#standings.length);
  }

  /** Results that the next answer begins with. */
  get later(): readonly string[] {
    return this.#standing.later;
  }

  /** The text of one more message. */
  add({ turns, isPaused, later }: MessageTurns): string {
    const { open: before, ...standing } = this.#standing;
    let open = before;
    let text = '';
    const write = ({ role, blocks }: Turn): void => {
      if (open === role) text += `,${blocks.join(',')}`;
      else text += `${open ? ']},' : ''}{"role":"${role}","content":[${blocks.join(',')}`;
      open = role;
    };
    for (const [index, turn] of turns.filter(({ blocks }) => blocks.length > 0).entries()) {
      if (turn.role === 'assistant' && index === 0 && open !== 'user' && !standing.isPaused) {
        write({ role: 'user', blocks: [open ? goOn : opening] });
      }
      write(turn);
    }
    this.#standings.push(text === '' ? { open, ...standing } : { open, isPaused, later });
    return text;
  }

  /** Closes the last turn: `pending` calls that the provider paused in stand at its end. */
  close(pending: readonly string[]): string {
    const { open, isPaused } = this.#standing;
    if (open === undefined) return `{"role":"user","content":[${opening}]}`;
    if (pending.length > 0) {
      return open === 'assistant'
        ? `,${pending.join(',')}]}`
        : `]},{"role":"assistant","content":[${pending.join(',')}]}`;
    }
    return open === 'assistant' && !isPaused ? `]},{"role":"user","content":[${goOn}]}` : ']}';
  }

  get #standing(): Standing {
    return this.#standings.at(-1) ?? begin;
  }
}

function block(text: string): string {
  return JSON.stringify({ type: 'text', text });
}

/** Whether the provider paused in this answer, and only goes on when it gets it back as it is. */
export function isPausedBy(provider: string, { role, finish, model }: Message): boolean {
  return role === 'assistant' && finish === 'pause-turn' && model?.provider === provider;
}
