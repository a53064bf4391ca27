type Members = Record<string, unknown>;

interface Difference {
  readonly wire: string;
  readonly what: string;
  /** Why the request is right and the type is not, or not for us. */
  readonly why: string;
  /** The object as the types want it, or nothing where it is another. */
  readonly mend: (object: Members) => Members | undefined;
}

const verbatim = 'a piece goes back as it came, whatever the types know of it';
const notStored = 'nothing is stored at the provider, so there is nothing that an id could name';

/** Where requests are meant to differ from the types of the official SDKs. */
export const differences: readonly Difference[] = [
  {
    wire: 'ollama-native',
    what: 'index of a call',
    why: 'the server reads it; its SDK leaves it out',
    mend: without('index', ({ name, arguments: input }) => typeof name === 'string' && input !== undefined),
  },
  {
    wire: 'ollama-native',
    what: 'tool_call_id of a result',
    why: 'the server reads it; its SDK leaves it out',
    mend: without('tool_call_id', ({ role }) => role === 'tool'),
  },
  {
    wire: 'ollama-native',
    what: 'id of a call',
    why: 'the server reads it; its SDK leaves it out',
    mend: without('id', ({ function: called }) => isCall(called)),
  },
  {
    wire: 'ollama-native',
    what: 'type of a call',
    why: "the server's documentation writes it; its SDK leaves it out",
    mend: without('type', ({ function: called }) => isCall(called)),
  },
  {
    wire: 'openai-chat',
    what: 'extra_content of a call',
    why: 'Google puts its signatures there, and wants them back',
    mend: without('extra_content', ({ type }) => type === 'function'),
  },
  {
    wire: 'anthropic-messages',
    what: 'temperature',
    why: 'older models take it; the types know the newest only',
    mend: without('temperature', ({ messages }) => messages !== undefined),
  },
  {
    wire: 'anthropic-messages',
    what: 'snippet of a search result',
    why: verbatim,
    mend: without('snippet', ({ type }) => type === 'web_search_result'),
  },
  {
    wire: 'anthropic-messages',
    what: 'abort_reason of a result of code',
    why: verbatim,
    mend: without('abort_reason', ({ type }) => type === 'code_execution_result'),
  },
  {
    wire: 'openai-responses',
    what: 'a search that says what it did as a call does',
    why: verbatim,
    mend: ({ type, id, status, action }) =>
      type === 'web_search_call' && action === undefined
        ? { type, id, status, action: { type: 'search', query: 'text' } }
        : undefined,
  },
  {
    wire: 'openai-responses',
    what: 'a citation without its place',
    why: verbatim,
    mend: (object) =>
      object['type'] === 'url_citation' && !('title' in object)
        ? { start_index: 1, end_index: 1, title: 'text', ...object }
        : undefined,
  },
  {
    wire: 'openai-responses',
    what: 'reasoning without an id',
    why: notStored,
    mend: (object) => (object['type'] === 'reasoning' && !('id' in object) ? { ...object, id: 'text' } : undefined),
  },
  {
    wire: 'openai-responses',
    what: 'a message of the model without id and status',
    why: notStored,
    mend: (object) =>
      object['role'] === 'assistant' && Array.isArray(object['content']) && !('id' in object)
        ? { status: 'completed', ...object, id: 'text' }
        : undefined,
  },
];

/** Says how often each difference was met. */
export class Mended {
  readonly #counts = new Map<Difference, number>();

  /** A request as the types want it, but for what is wrong with it. */
  mend(wire: string, value: unknown): unknown {
    if (Array.isArray(value)) return value.map((one) => this.mend(wire, one));
    if (typeof value !== 'object' || value === null) return value;
    let object = value as Members;
    for (const difference of differences) {
      const mended = difference.wire === wire ? difference.mend(object) : undefined;
      if (mended === undefined) continue;
      this.#counts.set(difference, (this.#counts.get(difference) ?? 0) + 1);
      object = mended;
    }
    return Object.fromEntries(Object.entries(object).map(([name, member]) => [name, this.mend(wire, member)]));
  }

  *lines(): Generator<string> {
    for (const difference of differences) {
      const { wire, what, why } = difference;
      yield `  ${this.#counts.get(difference) ?? 0} × ${wire}: ${what} (${why})`;
    }
  }

  /** Differences that are listed and were not met: they may go. */
  get unused(): readonly string[] {
    return differences.filter((one) => !this.#counts.has(one)).map(({ wire, what }) => `${wire}: ${what}`);
  }
}

/** A tool that is declared has a description, or parameters; a call has arguments. */
function isCall(called: unknown): boolean {
  return typeof called === 'object' && called !== null && 'arguments' in called;
}

function without(name: string, isMeant: (object: Members) => boolean): Difference['mend'] {
  return (object) => {
    if (!(name in object) || !isMeant(object)) return undefined;
    const { [name]: _, ...rest } = object;
    return rest;
  };
}
