// A page that looks at the threads of a shop: its time goes a hundred times faster, and its connections may be cut.
import { expect } from 'vitest';
import { createClient } from '../../src/client/client.ts';
import type { Client } from '../../src/client/client.ts';
import type { ClientClock, ClientOptions } from '../../src/client/options.ts';
import type { LiveThread } from '../../src/client/thread.ts';
import type { SomeTools } from '../../src/client/typed.ts';

type Fetch = NonNullable<ClientOptions['fetch']>;

/** Waits a hundredth of what is asked for, and remembers what that was. */
export function quickClock(): ClientClock & { readonly waits: number[] } {
  const waits: number[] = [];
  return {
    waits,
    now: () => Date.now(),
    after(milliseconds, run) {
      waits.push(milliseconds);
      const timer = setTimeout(run, milliseconds / 100);
      return () => clearTimeout(timer);
    },
  };
}

/** A client of somebody whose answers are waited for patiently, and whose frames come at once. */
export function pageOf(fetch: Fetch, who: string, options: Partial<ClientOptions> = {}): Client {
  return createClient({
    url: 'http://localhost',
    headers: { authorization: `Bearer ${who}` },
    fetch,
    clock: quickClock(),
    timeout: 1e6,
    silence: 1e6,
    schedule: (notify) => void setTimeout(notify),
    ...options,
  });
}

/** Cuts every stream of events after so many bytes, one number after the other; then streams are whole. */
export function cutting(fetch: Fetch, cuts: readonly number[]): Fetch & { readonly left: number[] } {
  const left = [...cuts];
  const cut = async (request: Request): Promise<Response> => {
    const response = await fetch(request);
    const bytes = request.url.includes('/events') && response.body ? left.shift() : undefined;
    return bytes === undefined ? response : new Response(response.body!.pipeThrough(cutAfter(bytes)), response);
  };
  return Object.assign(cut, { left });
}

function cutAfter(bytes: number): TransformStream<Uint8Array, Uint8Array> {
  let rest = bytes;
  return new TransformStream({
    transform(chunk, controller) {
      if (rest > 0) controller.enqueue(chunk.slice(0, rest));
      rest -= chunk.length;
      if (rest <= 0) controller.error(new TypeError('terminated'));
    },
  });
}

/** Waits until a page shows exactly what the server has. */
export async function sameAs(thread: LiveThread<SomeTools>, client: Client): Promise<void> {
  await expect.poll(() => shownBy(thread), { timeout: 10_000, interval: 5 }).toEqual(await readBy(client, thread.id));
}

function shownBy(thread: LiveThread<SomeTools>) {
  const { messages, thread: about, waiting } = thread.getSnapshot();
  const { approvals, questions, external, inDoubt } = waiting;
  return { messages, status: about?.status, waiting: [approvals, questions, external, inDoubt].flat() };
}

async function readBy(client: Client, id: string) {
  const { messages, thread, waiting } = await client.readThread(id);
  return { messages, status: thread.status, waiting: waiting.map(({ call }) => call) };
}
