import { ChatError } from '../conversation/error.ts';
import { errorOf } from './error.ts';
import type { ByteStream } from './read.ts';
import { secretsOf, withoutSecrets } from './secret.ts';
import { Watch } from './watch.ts';
import type { Watched } from './watch.ts';

/** The part of `fetch` that is used: the global one, `nodeFetch` of `yourcall/node`, or anything that answers like it. */
export type Fetch = (url: string, init: FetchInit) => Promise<FetchAnswer>;

/** What is sent. Compilers without the DOM have no `BodyInit` of their own. */
export type SentBody = NonNullable<RequestInit['body']>;

/** What a `fetch` is given. */
export interface FetchInit {
  readonly method: string;
  readonly headers: Record<string, string>;
  /** Absent in a GET. */
  readonly body?: SentBody;
  readonly signal: AbortSignal;
  /** A redirect is told of and never followed: its address would be shown the key, and the whole conversation. */
  readonly redirect?: 'manual';
}

/** The part of a `Response` that is used. */
export interface FetchAnswer {
  readonly ok: boolean;
  readonly status: number;
  readonly headers: AnswerHeaders;
  readonly body: ByteStream | null;
  text(): Promise<string>;
}

/** The headers of an answer: `get` takes a name in any case. */
export type AnswerHeaders = Pick<Headers, 'get'>;

/** A GET. */
export interface GetRequest {
  /** What is done, for error messages: `Asking openai/gpt-5`. */
  readonly what: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Default: the global `fetch`. */
  readonly fetch?: Fetch | undefined;
  /** Milliseconds until the headers of the answer must be there. Default: 120,000. */
  readonly timeout?: number | undefined;
  /** Looks after the answer too, for which it must be handed on. Default: one of its own. */
  readonly watch?: Watch | undefined;
}

/** A POST of JSON. */
export interface PostRequest extends GetRequest {
  readonly body: SentBody;
}

/** A successful answer; its body is still to be read. */
export interface PostAnswer {
  readonly headers: AnswerHeaders;
  readonly body: ByteStream;
}

/**
 * Sends a request and waits for the headers of its answer. Throws the signal's reason when aborted,
 * and `ChatError` for everything else: a status of 400 or more, a broken connection, a timeout.
 * What was sent in `headers`, and a key or a password in the address, never stands in an error (rule X3).
 */
export function post(request: PostRequest): Promise<PostAnswer> {
  const headers = { 'content-type': 'application/json', ...request.headers };
  return send(request, { method: 'POST', headers, body: request.body });
}

/** Asks for what is there, and waits for the headers of the answer; it throws as `post` does. */
export function get(request: GetRequest): Promise<PostAnswer> {
  return send(request, { method: 'GET', headers: { ...request.headers } });
}

async function send(request: GetRequest, init: Omit<FetchInit, 'signal'>): Promise<PostAnswer> {
  const { url, signal, fetch = globalThis.fetch, watch = new Watch(signal) } = request;
  signal.throwIfAborted();
  const sending = new Sending(request);
  watch.begin(sending);
  watch.by(sending.until, sending.began);
  let answer: PostAnswer | undefined;
  try {
    const response = await fetch(url, { ...init, signal: sending.signal, redirect: 'manual' });
    answer = accepted(response);
    return answer ?? (await refuse(response, request));
  } catch (error) {
    if (sending.signal.aborted) throw sending.signal.reason;
    throw error instanceof ChatError ? error : networkError(request, error);
  } finally {
    if (!answer || watch !== request.watch) watch.end();
  }
}

/** A request whose answer has not begun. */
class Sending implements Watched {
  readonly began = performance.now();
  readonly until: number;
  readonly #request: GetRequest;
  readonly #timeout: number;
  readonly #controller = new AbortController();

  constructor(request: GetRequest) {
    this.#request = request;
    this.#timeout = request.timeout ?? 120_000;
    this.until = this.began + this.#timeout;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  aborted(reason: unknown): void {
    this.#controller.abort(reason);
  }

  left(now: number): number {
    return this.until - now;
  }

  late(): void {
    const message = `${this.#request.what}: no answer within ${this.#timeout / 1000} s.`;
    this.#controller.abort(new ChatError('timeout', message, { retryable: true }));
  }
}

/** The answer, when there is nothing wrong with it. */
function accepted({ ok, headers, body }: FetchAnswer): PostAnswer | undefined {
  const type = headers.get('content-type');
  return ok && body && !type?.toLowerCase().startsWith('text/html') ? { headers, body } : undefined;
}

/** Says what is wrong with an answer. */
async function refuse(response: FetchAnswer, { what, headers, url }: GetRequest): Promise<never> {
  const { status, ok } = response;
  const wrong = async (got: string): Promise<never> => {
    await response.body?.cancel();
    throw new ChatError('invalid-response', `${what}: got ${got}. Is the base URL right?`, { status });
  };
  // A browser hides the status and the address.
  if (status === 0 || (status >= 300 && status < 400)) {
    return wrong(`a redirect to ${plain(response.headers.get('location'))}`);
  }
  if (ok) return wrong(response.body ? 'a web page' : 'an answer without a body');
  const text = await reasonIn(response);
  throw errorOf({ what, status, text, headers: response.headers, secrets: secretsOf(headers, url) });
}

/** More than this many characters no server has to say of a refusal, nor does it take longer (milliseconds) to say them. */
const most = 65_536;
const longest = 5_000;

/** The text of a refusal, as far as it comes: where it breaks off, or never ends, its status says enough. */
async function reasonIn(response: FetchAnswer): Promise<string> {
  if (!response.body) return response.text().catch(() => '');
  const reader = response.body.getReader();
  const leave = (): void => void reader.cancel().catch(() => {});
  const timer = setTimeout(leave, longest);
  const decoder = new TextDecoder();
  let text = '';
  try {
    while (text.length < most) {
      const { done, value } = await reader.read();
      if (done) break;
      text += decoder.decode(value, { stream: true });
    }
  } catch {
    // What had come is told.
  } finally {
    clearTimeout(timer);
    leave();
  }
  return text;
}

/** An address without what may be secret in it. */
function plain(address: string | null): string {
  return address?.split('?', 1)[0]?.replace(/\/\/[^/]*@/, '//') ?? 'nowhere';
}

/** The causes of a failed fetch (a refused connection, an unknown host) stand in a chain. */
function networkError({ what, headers, url }: GetRequest, error: unknown): ChatError {
  const reasons: string[] = [];
  let isOurs = false;
  for (let cause = error; cause instanceof Error && reasons.length < 4; cause = cause.cause) {
    const code = 'code' in cause ? String(cause.code) : '';
    isOurs ||= neverSent.test(`${code} ${cause.message}`);
    reasons.push(cause.message || code || cause.name);
  }
  const reason = reasons.length > 0 ? reasons.join(': ') : String(error);
  // An invalid header is named with its value; then its error is not passed on.
  const isSecret = secretsOf(headers).some((secret) => reason.includes(secret));
  if (isSecret) return new ChatError('auth', `${what}: the API key cannot be sent in a header.`);
  const told = `${what}: ${withoutSecrets(reason, secretsOf({}, url))}.`;
  // Nor is one that may name the address, when a key stands in that.
  const cause = isOurs && secretsOf({}, url).length > 0 ? {} : { cause: error };
  if (isOurs) return new ChatError('invalid-request', told, cause);
  return new ChatError('network', told, { retryable: true, ...cause });
}

/** What is wrong with the request itself, in the words of several runtimes: sending it again changes nothing. */
const neverSent =
  /^ERR_INVALID|invalid url|failed to parse url|unknown scheme|invalid header|URL that includes credentials|ByteString|ISO-8859-1/i;
