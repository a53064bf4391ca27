/** What a model says in one answer, in the words of no wire. A wire leaves out what it has no words for. */
export interface Said {
  /** What it thought, and what its provider signs it with. */
  readonly thought?: { readonly text: string; readonly signature: string };
  readonly text?: string;
  readonly calls?: readonly SaidCall[];
  /** A search that ran at the provider, before the text. */
  readonly search?: { readonly id: string; readonly query: string; readonly found: string; readonly signature: string };
  /** An image that it made, in base64. */
  readonly image?: string;
  /** What it said instead of an answer. */
  readonly refusal?: string;
  /** The answer breaks off, as its last words do. */
  readonly breaksOff?: true;
}

/** A call of a tool of ours. */
export interface SaidCall {
  readonly id?: string | undefined;
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** Of the call itself, where the wire signs calls. */
  readonly signature?: string;
}

/** Writes an answer as the servers of a wire do, streamed. */
export type Speak = (said: Said) => string;

/** Server-sent events of JSON, each with its name where it has one. */
export function eventStream(events: readonly object[]): string {
  return events
    .map((event) => `${'type' in event ? `event: ${String(event.type)}\n` : ''}data: ${JSON.stringify(event)}\n\n`)
    .join('');
}

/** A text in two pieces. */
export function halves(text: string): readonly string[] {
  const middle = Math.ceil(text.length / 2);
  return [text.slice(0, middle), text.slice(middle)].filter((piece) => piece !== '');
}
