import type { ModelEvent, ModelRequest } from '../chat/model.ts';
import { ChatError } from '../conversation/error.ts';
import { post } from '../wire/http.ts';
import type { Fetch, SentBody } from '../wire/http.ts';
import { opening } from '../wire/opening.ts';
import { readEvents } from '../wire/read.ts';
import type { Decoder, Framing } from '../wire/read.ts';
import { secretsOf } from '../wire/secret.ts';
import { Watch } from '../wire/watch.ts';
import { demandFinite } from './finite-settings.ts';

/** An API key, or what gives one when it is needed. */
export type ApiKey = string | (() => string | undefined | Promise<string | undefined>);

/** How a provider is reached; the same for every wire. */
export interface ConnectionOptions {
  readonly apiKey?: ApiKey | undefined;
  /** Everything before the path of the wire; a query after it is kept. */
  readonly baseURL?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Default: the global `fetch`; `nodeFetch` of `yourcall/node` costs about half. */
  readonly fetch?: Fetch | undefined;
  /** Milliseconds until the answer begins: its headers. Then it ends as `timeout`, retryable. Default: 120,000. */
  readonly timeout?: number | undefined;
  /**
   * Milliseconds between two pieces of the answer; time in which nobody reads does not count. Then it ends as
   * `timeout`, retryable. Default: 120,000.
   */
  readonly idleTimeout?: number | undefined;
  /** How often the loop makes a failed call again. Default: 2. */
  readonly maxRetries?: number | undefined;
}

/** One model of one provider, as messages, errors and origins name it. */
export interface ModelId {
  readonly provider: string;
  readonly model: string;
}

/** A request as a wire renders it. */
export interface WireRequest {
  /** JSON; bytes stay as they are until the conversation's next request. */
  readonly body: string | (SentBody & Uint8Array);
  /** What of the request could not be sent. */
  readonly warnings: readonly ModelEvent[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a decoder is given: events that come before its first, and secrets that no error may tell. */
export interface DecoderOptions {
  readonly before: readonly ModelEvent[];
  secrets(): readonly string[];
  readonly request: ModelRequest;
}

/** What makes a wire: where it is asked, and how requests and answers look. */
export interface Wire extends ModelId {
  readonly url: string;
  /** The environment variable that a missing key is looked for in; without one, no key is needed. */
  readonly keyVariable?: string | undefined;
  /** The headers that carry the key. Default: `authorization: Bearer`. */
  keyHeaders?(key: string): Readonly<Record<string, string>>;
  request(request: ModelRequest): WireRequest;
  decoder(options: DecoderOptions): Decoder<ModelEvent>;
  /** How the answer is cut into pieces. Default: `sse`. */
  readonly framing?: Framing;
}

/** How a model is asked, once its code is there: the `stream` of a model. */
export type Asking = (request: ModelRequest) => AsyncIterableIterator<readonly ModelEvent[]>;

/**
 * Asks a model over a wire, once: errors say whether and when to try again (`retryable`, `retryAfter`).
 * The signal of a request stops it wherever it stands, and its reason is thrown.
 */
export function asking(wire: Wire, options: ConnectionOptions): Asking {
  const { provider, model, url, framing } = wire;
  const { fetch, timeout, idleTimeout } = options;
  const what = `Asking ${provider}/${model}`;
  return (request) =>
    opening(async () => {
      const { signal, settings } = request;
      demandFinite(settings, what);
      const given = typeof options.apiKey === 'function' ? await options.apiKey() : options.apiKey;
      const key = keyHeaders(wire, given?.trim(), { headers: options.headers, what });
      const { body, warnings, headers: own } = wire.request(request);
      const headers = { ...key, ...own, ...options.headers, ...settings.headers };
      const watch = new Watch(signal);
      const answer = await post({ what, url, headers, body, signal, fetch, timeout, watch });
      const decoder = wire.decoder({
        before: warnings,
        // Only an error asks for them.
        secrets: () => secretsOf(headers, url),
        request,
      });
      return readEvents(answer.body, decoder, { what, signal, idleTimeout, framing, watch });
    });
}

/** A path behind a base URL, whose query is kept. */
export function endpoint(baseURL: string, path: string): string {
  const [base = '', query] = baseURL.split('?', 2);
  return `${base.replace(/\/+$/, '')}${path}${query === undefined ? '' : `?${query}`}`;
}

/** The headers that carry the key; throws `auth` when one is needed and there is none. */
export function keyHeaders(
  wire: Pick<Wire, 'keyVariable' | 'keyHeaders'>,
  key: string | undefined,
  { headers, what }: Pick<ConnectionOptions, 'headers'> & { readonly what: string },
): Readonly<Record<string, string>> | undefined {
  if (key) return wire.keyHeaders ? wire.keyHeaders(key) : { authorization: `Bearer ${key}` };
  const isGiven = Object.keys(headers ?? {}).some((name) => /^(authorization|.*api-key)$/i.test(name));
  if (wire.keyVariable === undefined || isGiven) return undefined;
  throw new ChatError('auth', `${what}: there is no API key. Set ${wire.keyVariable}, or give apiKey.`);
}
