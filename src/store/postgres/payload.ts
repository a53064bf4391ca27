import { isStorable } from '../sql/transaction.ts';
import type { News } from '../log.ts';
import type { ThreadKey } from '../thread.ts';
import type { Wake } from '../waker.ts';

/** Longer payloads are refused by Postgres, and the transaction with them. */
const longestPayload = 7_000;

/** What a payload tells: of which threads, and what of them; of one also when it is due. */
export interface Told {
  readonly keys: readonly ThreadKey[];
  readonly news: News;
  readonly wake?: Wake;
}

/**
 * What a payload tells. Nothing when it was too long to be told, or is none of ours: whoever may connect to a database may
 * notify whom they like, and a hint must not do more than have somebody look (rule S3).
 */
export function newsIn(payload: string): Told | undefined {
  const told = parsed(payload);
  if (isNamed(told)) {
    const [, , notBefore, now] = told;
    const key = keyOf(told);
    const wake = notBefore !== undefined && now !== undefined && { wake: { ...key, notBefore, now } };
    return { keys: [key], news: 'events', ...wake };
  }
  return Array.isArray(told) && told.every(isNamed) ? { keys: told.map(keyOf), news: 'deltas' } : undefined;
}

/** A thread in a payload: alone it has changed, in a list it has deltas. */
type Named = readonly [tenant: string, thread: string, notBefore?: number, now?: number];

function isNamed(told: unknown): told is Named {
  if (!Array.isArray(told) || (told.length !== 2 && told.length !== 4)) return false;
  const [tenant, thread, ...times] = told as readonly unknown[];
  return [tenant, thread].every(isId) && times.every(Number.isSafeInteger);
}

function isId(value: unknown): boolean {
  return typeof value === 'string' && isStorable(value);
}

function keyOf([tenant, thread]: Named): ThreadKey {
  return { tenant, thread };
}

function parsed(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    return undefined;
  }
}

/** How a change of a thread is told; empty when that is too long. */
export function payloadOf({ tenant, thread }: ThreadKey): string {
  const payload = JSON.stringify([tenant, thread]);
  return Buffer.byteLength(payload) > longestPayload ? '' : payload;
}

/** As few as can be. What is too long to be told is found by whoever looks. */
export function payloadsOf(keys: readonly ThreadKey[]): readonly string[] {
  const payloads: string[] = [];
  for (const key of keys) {
    const one = payloadOf(key);
    if (one === '') continue;
    const last = payloads.at(-1);
    const longer = last === undefined ? '' : `${last.slice(0, -1)},${one}]`;
    if (last !== undefined && Buffer.byteLength(longer) <= longestPayload) payloads[payloads.length - 1] = longer;
    else payloads.push(`[${one}]`);
  }
  return payloads;
}
