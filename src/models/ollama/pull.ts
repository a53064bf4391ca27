import { ChatError } from '../../conversation/error.ts';
import { isObject } from '../../conversation/json.ts';
import { errorOf } from '../../wire/error.ts';
import { post } from '../../wire/http.ts';
import { opening } from '../../wire/opening.ts';
import { readEvents } from '../../wire/read.ts';
import type { Decoder } from '../../wire/read.ts';
import { secretsOf } from '../../wire/secret.ts';
import { endpoint } from '../connection.ts';
import type { ServerOptions } from './installed.ts';
import { headersFor, serverOf } from './server.ts';

/** Where a pull stands. */
export interface PullProgress {
  /** In the server's words: `pulling manifest`, `verifying sha256 digest`, and `success` at the end. */
  readonly status: string;
  /** The layer that is loaded. */
  readonly digest?: string;
  /** Bytes of this layer. */
  readonly total?: number;
  /** Bytes of this layer that are here. */
  readonly completed?: number;
}

/**
 * Loads a model onto the server, and tells how far it is. Leaving stops it, and so does the signal, whose reason is
 * thrown; what was loaded stays, and the next pull goes on from there. It waits ten minutes between two reports, since
 * large layers are checked in silence. Throws `ChatError` when the server refuses, and when it ends without success.
 */
export async function* pullModel(model: string, options: ServerOptions): AsyncGenerator<PullProgress, void> {
  const what = `Pulling ${model} by ollama`;
  const { signal = new AbortController().signal, fetch, timeout, idleTimeout = 600_000 } = options;
  const reports = opening(async () => {
    const server = serverOf(options);
    const headers = await headersFor(server, options.headers, what);
    const url = endpoint(server.baseURL, '/api/pull');
    const body = JSON.stringify({ model, stream: true });
    const answer = await post({ what, url, headers, body, signal, fetch, timeout });
    const decoder = new PullDecoder(what, secretsOf(headers, url));
    return readEvents(answer.body, decoder, { what, signal, idleTimeout, framing: 'ndjson' });
  });
  for await (const batch of reports) yield* batch;
}

class PullDecoder implements Decoder<PullProgress> {
  isDone = false;
  readonly #what: string;
  readonly #secrets: readonly string[];

  constructor(what: string, secrets: readonly string[]) {
    this.#what = what;
    this.#secrets = secrets;
  }

  push(line: string, _name: string, reports: PullProgress[]): void {
    const report = parsed(line);
    if (!isObject(report)) return;
    if (report['error']) throw errorOf({ what: this.#what, secrets: this.#secrets, value: report });
    const { status, digest, total, completed } = report;
    if (typeof status !== 'string') return;
    reports.push({
      status,
      ...(typeof digest === 'string' && { digest }),
      ...(typeof total === 'number' && { total }),
      ...(typeof completed === 'number' && { completed }),
    });
    this.isDone = status === 'success';
  }

  end(): void {
    if (this.isDone) return;
    throw new ChatError('incomplete-response', `${this.#what}: it ended before it was done.`, { retryable: true });
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}
