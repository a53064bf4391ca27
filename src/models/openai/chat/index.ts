import type { Model } from '../../../chat/model.ts';
import { ChatError } from '../../../conversation/error.ts';
import { post, secretsOf } from '../../../wire/http.ts';
import type { Fetch } from '../../../wire/http.ts';
import { opening, readEvents } from '../../../wire/read.ts';
import type { ChatWire, Quirks } from './quirks.ts';
import { chatRequest } from './request.ts';
import { ChatDecoder } from './stream.ts';

/** An API key, or what gives one when it is needed. */
export type ApiKey = string | (() => string | undefined | Promise<string | undefined>);

/** A model behind a server that speaks OpenAI's Chat Completions. */
export interface ChatCompletionsOptions {
  /** Names the server in messages, errors and `providerOptions`. */
  readonly provider: string;
  readonly model: string;
  /** Everything before `/chat/completions`; a query after it is kept. */
  readonly baseURL: string;
  readonly apiKey?: ApiKey | undefined;
  /** The environment variable that a missing key is looked for in; without one, no key is needed. */
  readonly keyVariable?: string | undefined;
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
  readonly quirks?: Quirks | undefined;
}

/**
 * A model over the wire that most servers share. It asks once: errors say whether and when to try again (`retryable`,
 * `retryAfter`). The signal of a request stops it wherever it stands, and its reason is thrown.
 */
export function chatCompletions(options: ChatCompletionsOptions): Model {
  const { provider, model, quirks = {} } = options;
  const wire: ChatWire = { provider, model, quirks };
  const what = `Asking ${provider}/${model}`;
  const url = endpoint(options.baseURL);
  const { fetch, timeout, idleTimeout } = options;
  return {
    provider,
    id: model,
    stream(request) {
      return opening(async () => {
        const { signal, settings } = request;
        const headers = { ...(await authorization(options, what)), ...options.headers, ...settings.headers };
        const { body, warnings } = chatRequest(request, wire);
        const answer = await post({ what, url, headers, body, signal, fetch, timeout });
        const reading = { what, signal, ...(idleTimeout !== undefined && { idleTimeout }) };
        const decoder = new ChatDecoder(wire, { before: warnings, secrets: secretsOf(headers) });
        return readEvents(answer.body, decoder, reading);
      });
    },
  };
}

function endpoint(baseURL: string): string {
  const [base = '', query] = baseURL.split('?', 2);
  return `${base.replace(/\/+$/, '')}/chat/completions${query === undefined ? '' : `?${query}`}`;
}

async function authorization(
  { apiKey, keyVariable, headers }: ChatCompletionsOptions,
  what: string,
): Promise<Record<string, string>> {
  const key = (typeof apiKey === 'function' ? await apiKey() : apiKey)?.trim();
  if (key) return { authorization: `Bearer ${key}` };
  const isGiven = Object.keys(headers ?? {}).some((name) => /^(authorization|.*api-key)$/i.test(name));
  if (keyVariable === undefined || isGiven) return {};
  throw new ChatError('auth', `${what}: there is no API key. Set ${keyVariable}, or give apiKey.`);
}
