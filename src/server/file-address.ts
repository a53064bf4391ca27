import type { FilePart } from '../conversation/content.ts';
import type { ChatEvent } from '../conversation/event.ts';
import type { Message } from '../conversation/message.ts';
import { exchanged } from '../runtime/blobs/places.ts';
import type { Exchange } from '../runtime/blobs/places.ts';
import type { Asked } from './dialect.ts';

/** Where a client finds a file; nothing when only its provider or the store has it. */
export function addressOf({ source, mediaType }: FilePart): string | undefined {
  switch (source.type) {
    case 'url':
      return source.url;
    case 'base64':
      return `data:${mediaType};base64,${source.data}`;
    case 'blob':
    case 'provider':
      return undefined;
  }
}

/** Tells of a thread with addresses of ours where its store keeps files apart: a client reads them with its right to read the thread. */
export class Addresses {
  readonly #exchange: Exchange;

  constructor({ address }: Pick<Asked, 'address'>, thread: string) {
    const blobs = address(`/threads/${encodeURIComponent(thread)}/blobs/`);
    this.#exchange = {
      file: (source) => (source.type === 'blob' ? { type: 'url', url: `${blobs}${source.digest}` } : source),
      value: (value) => value,
    };
  }

  inEvent(event: ChatEvent): ChatEvent {
    return exchanged({ events: [event] }, this.#exchange).events[0]!;
  }

  inMessages(messages: readonly Message[]): readonly Message[] {
    const told = messages.map((message): ChatEvent => ({ type: 'message', message }));
    const { events } = exchanged({ events: told }, this.#exchange);
    return events.flatMap((event) => (event.type === 'message' ? [event.message] : []));
  }
}

/** The digest in an address of ours, as a client hands it back; nothing in any other address. */
export function digestIn(url: string): string | undefined {
  return /^\/(?:[^?#]*\/)?threads\/[^/?#]+\/blobs\/([0-9a-f]{64})$/.exec(url)?.[1];
}
