import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a server of this machine answers to its next request. */
export interface Answer {
  readonly status?: number;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: Uint8Array | string;
  /** The connection is torn instead of ended. */
  readonly breaks?: boolean;
  /** Milliseconds until the end comes. */
  readonly pause?: number;
}

/** What a server was asked. */
export interface Asked {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A server that gives one answer after the other, in pieces of some bytes, and remembers what it was asked. */
export interface ReplayServer {
  readonly url: string;
  readonly asked: readonly Asked[];
  play(...answers: readonly Answer[]): void;
  /** Gives this answer whenever there is no other. */
  always(answer: Answer): void;
  close(): Promise<void>;
}

/** Listens on the loopback interface, at a port that is free. */
export async function replayServer(): Promise<ReplayServer> {
  const asked: Asked[] = [];
  const answers: Answer[] = [];
  let usual: Answer = { status: 500, body: 'nothing left to play' };
  const server = createServer((request, response) => {
    const chunks: Uint8Array[] = [];
    request.on('data', (chunk: Uint8Array) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      const body = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
      asked.push({ path: request.url ?? '', headers: request.headers, body });
      const answer = answers.shift() ?? usual;
      const { status = 200, contentType = 'text/event-stream', pause, breaks } = answer;
      response.writeHead(status, { 'content-type': contentType, ...answer.headers });
      const bytes = Buffer.from(answer.body);
      for (let from = 0; from < bytes.length; from += 700) response.write(bytes.subarray(from, from + 700));
      if (breaks) setTimeout(() => response.destroy(), 20);
      else if (pause === undefined) response.end();
      else setTimeout(() => response.end(), pause).unref();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    play: (...more) => void answers.push(...more),
    always: (answer) => {
      usual = answer;
    },
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
