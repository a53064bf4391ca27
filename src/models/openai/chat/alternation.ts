/** A message as the wire has it. */
type WireObject = Readonly<Record<string, unknown>>;

/** Whose turn is open behind a message: what follows of the same role goes on in it. */
type Open = 'user' | 'assistant' | undefined;

/** What the user says where the assistant speaks first. */
export const opening = '(The conversation begins.)';

/** What the user says where nobody asked anything. */
export const goOn = 'Please go on.';

/**
 * The messages of a conversation for a server whose users and assistants have to take turns: neighbours of one role are
 * joined, on the wire only (rule W2). The text only grows: a turn is left open behind each message.
 */
export class Alternation {
  readonly #open: Open[] = [];

  /** Forgets the messages from an index on. */
  keep(count: number): void {
    this.#open.length = Math.min(count, this.#open.length);
  }

  /** The text of what one more message became; `isFirst` says whether nothing stands before it. */
  add(messages: readonly WireObject[], isFirst: boolean): string {
    let open = this.#open.at(-1);
    let text = '';
    const begin = (): string => `${close(open)}${isFirst && text === '' ? '' : ','}`;
    const user = (content: unknown): void => {
      const parts = typeof content === 'string' ? [{ type: 'text', text: content }] : content;
      const inner = JSON.stringify(parts).slice(1, -1);
      text += open === 'user' ? `,${inner}` : `${begin()}{"role":"user","content":[${inner}`;
      open = 'user';
    };
    for (const { role, content } of messages) {
      if (role === 'assistant') {
        if (open === undefined) user(opening);
        const inner = JSON.stringify(content).slice(1, -1);
        text += open === 'assistant' ? `\\n\\n${inner}` : `${begin()}{"role":"assistant","content":"${inner}`;
        open = 'assistant';
      } else if (role === 'system' && open === undefined) {
        text += `${begin()}${JSON.stringify({ role, content })}`;
      } else user(content);
    }
    this.#open.push(open);
    return text;
  }

  /** Closes the last turn, which has to be one of the user. */
  end(): string {
    const open = this.#open.at(-1);
    if (open !== 'assistant') return close(open);
    return `${close(open)},${JSON.stringify({ role: 'user', content: goOn })}`;
  }
}

function close(open: Open): string {
  return open === undefined ? '' : open === 'user' ? ']}' : '"}';
}
