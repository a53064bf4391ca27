import { ChatError } from '../../conversation/error.ts';
import { isOpen } from '../../conversation/requirement.ts';
import type { Notice } from './notice.ts';
import type { Notify } from './options.ts';
import { keyOf, signaturesOf } from './signature.ts';

/** Where a webhook leads, and how it is signed. */
export interface WebhookOptions {
  /** From your configuration, never from a user: whatever stands there is posted to. */
  readonly url: string;
  /**
   * Signs what is sent, as Standard Webhooks has it (`whsec_…`, or any text). Of several each signs, so that the receiver may
   * change to another one. Absent: nothing is signed, for services whose address is the secret.
   */
  readonly secret?: string | readonly string[];
  /** What is posted, as JSON. Default: what waits where, and for whom, without input and arguments. */
  readonly body?: (notice: Notice) => unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Default: the global one. */
  readonly fetch?: (request: Request) => Promise<Response>;
  /** Milliseconds since the epoch. Default: `Date.now`. */
  readonly now?: () => number;
}

/**
 * Posts what waits to an address, for `createRuntime({ notifications: { send } })`: every answer but a 2xx is tried again, no
 * sooner than its `retry-after` says, and no redirection is followed. Throws `ChatError` `invalid-request` for an address
 * that is none, and a secret that is empty.
 *
 * @example
 * const send = webhook({ url: process.env.HOOK_URL, secret: process.env.HOOK_SECRET });
 */
export function webhook(options: WebhookOptions): Notify {
  const { body = usualBody, headers = {}, fetch = (request) => globalThis.fetch(request), now = Date.now } = options;
  const url = urlIn(options);
  const secrets = [options.secret ?? []].flat();
  if (secrets.some((secret) => keyOf(secret).length === 0)) throw wrong('its secret is empty, or no base64');
  return async (notice, { signal }) => {
    const text = JSON.stringify(await body(notice));
    const seconds = Math.floor(now() / 1_000);
    const signed = { id: notice.id, seconds, body: text };
    const request = new Request(url, {
      method: 'POST',
      redirect: 'manual',
      signal,
      body: text,
      headers: {
        'content-type': 'application/json',
        ...headers,
        'webhook-id': notice.id,
        'webhook-timestamp': String(seconds),
        ...(secrets.length > 0 && { 'webhook-signature': await signaturesOf(secrets, signed) }),
      },
    });
    const response = await fetch(request);
    // What it says is not read: nobody needs it, and it may go on for ever.
    await response.body?.cancel();
    if (response.status < 200 || response.status >= 300) throw refusedBy(response, now());
  };
}

function urlIn({ url }: WebhookOptions): string {
  const address = URL.parse(url);
  if (address?.protocol === 'https:' || address?.protocol === 'http:') return address.href;
  throw wrong('`url` is no http or https address');
}

function refusedBy({ status, headers }: Response, now: number): ChatError {
  const said = headers.get('retry-after');
  const seconds = said === null ? NaN : Number(said);
  const wait = Number.isNaN(seconds) ? Date.parse(said ?? '') - now : seconds * 1_000;
  return new ChatError('network', `Telling of what waits: the webhook answered ${status || 'with a redirection'}.`, {
    retryable: true,
    ...(wait > 0 && { retryAfter: wait }),
  });
}

function usualBody({ type, at, thread, call, to }: Notice): object {
  const { tenant, thread: id, title, owner, within } = thread;
  const reasons = (call.requirements ?? []).filter(isOpen).flatMap(({ reason }) => reason ?? []);
  return {
    type,
    timestamp: new Date(at).toISOString(),
    data: {
      tenant,
      thread: id,
      ...(title !== undefined && { title }),
      ...(owner !== undefined && { owner }),
      ...(within && { within }),
      call: call.id,
      name: call.name,
      state: call.state,
      ...(to && { to }),
      ...(reasons.length > 0 && { reasons }),
    },
  };
}

function wrong(what: string): ChatError {
  return new ChatError('invalid-request', `Making a webhook: ${what}.`);
}
