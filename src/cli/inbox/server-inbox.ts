import type { DecisionAnswer } from '../../chat/types.ts';
import { decideAbout } from '../../client/deciding.ts';
import type { Client } from '../../client/client.ts';
import type { InboxItem, Me } from '../../client/views.ts';
import { ChatError } from '../../conversation/error.ts';
import { seenOf } from '../../conversation/seen.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import { allOf } from '../../store/page.ts';
import type { WaitingRow } from '../../store/store.ts';
import type { CallGranter } from '../grants/granter.ts';
import { visible } from '../../wire/plain-text.ts';
import type { AboutCall } from '../thread/decider.ts';
import type { Deciders } from './deciding.ts';
import { OfferedGrants } from './offered-grants.ts';
import { becameText } from './waiting-calls.ts';
import type { WaitingCalls } from './waiting-calls.ts';

/** What waits on a server, and decisions about it: by its API, as whoever the server takes this terminal for. */
export class ServerInbox implements WaitingCalls, Deciders {
  readonly #client: Client;
  readonly #me: Me;
  readonly #granter: OfferedGrants;
  readonly #over = new AbortController();

  constructor(client: Client, me: Me) {
    this.#client = client;
    this.#me = me;
    this.#granter = new OfferedGrants(client);
  }

  async read(): Promise<readonly WaitingRow[]> {
    const items: InboxItem[] = [];
    for await (const item of this.#items()) items.push(item);
    this.#granter.know(items);
    return items.map((item) => this.#rowOf(item));
  }

  /** Row by row, the one that waits longest first. */
  async *rows(): AsyncGenerator<WaitingRow> {
    for await (const item of this.#items()) yield this.#rowOf(item);
  }

  async whatBecame({ thread, call }: WaitingRow): Promise<string> {
    const now = await this.#callIn(thread.thread, call.id);
    return now ? becameText(now, call) : `${visible(call.name)} waits no more.`;
  }

  /** By the events of the server, which are asked for anew when the connection is lost. */
  watch(onChange: () => void): () => void {
    return this.#client.inbox({ limit: 500 }).subscribe(onChange);
  }

  async decide({ thread, call, decision, seen }: AboutCall): Promise<DecisionAnswer> {
    // A server takes no decision about what nobody has seen (rule D1): where it is not said, it is about the call as it stands.
    const now = seen === undefined ? await this.#callIn(thread.thread, call) : undefined;
    const about = seen ?? (now && seenOf(now));
    const choice = { call, decision, ...(about !== undefined && { seen: about }) };
    const patience = { signal: this.#over.signal };
    const answer = await decideAbout({ thread: thread.thread, choice }, this.#client, patience);
    if (answer.type === 'not-found') throw new ChatError('invalid-request', `Deciding about ${call}: it is not there.`);
    // Who was faster is told to those who may decide, and to others only that somebody was: both are shown as they come.
    return answer as DecisionAnswer;
  }

  /** The server has the tools, and answers what is wrong. */
  knows(): boolean {
    return true;
  }

  checkOf(): undefined {
    return undefined;
  }

  granterFor(): CallGranter {
    return this.#granter;
  }

  /** Ends what is on its way. */
  close(): void {
    this.#over.abort();
    this.#client.inbox({ limit: 500 }).close();
  }

  /** The thread of a call that waits, or the one that is named. Throws `ChatError` where there is none. */
  async threadOf({
    call,
    thread,
  }: {
    readonly call: string;
    readonly thread: string | undefined;
  }): Promise<WaitingRow['thread']> {
    if (thread !== undefined) {
      const read = await this.#client.readThread(thread);
      return this.#threadOf(read.thread);
    }
    for await (const row of this.rows()) if (row.call.id === call) return row.thread;
    throw new ChatError(
      'invalid-request',
      `There is no call ${visible(call)} that waits for you; --thread says where an older one is.`,
    );
  }

  #items(): AsyncGenerator<InboxItem> {
    return allOf((more) => this.#client.readInbox(more));
  }

  async #callIn(thread: string, id: string): Promise<ToolCall | undefined> {
    const { messages } = await this.#client.readThread(thread);
    const parts = messages.flatMap((message) => message.parts);
    return parts.flatMap((part) => (part.type === 'tool' && part.call.id === id ? [part.call] : []))[0];
  }

  #rowOf({ thread, call, message, since }: InboxItem): WaitingRow {
    return { thread: this.#threadOf(thread), call, message, since };
  }

  #threadOf({ id, ...thread }: InboxItem['thread']): WaitingRow['thread'] {
    // How far its log has come is nothing that lists show.
    return { ...thread, tenant: this.#me.tenant, thread: id, seq: 0 };
  }
}
