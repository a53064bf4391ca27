// A Chat Completions server whose answers a test writes.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An answer: pieces of text, and how long is waited before each of them; or a call of a tool. */
export type Answer =
  | { readonly pieces: readonly string[]; readonly pause?: number }
  | { readonly call: { readonly name: string; readonly input: unknown } };

/** A server that is listening. */
export interface ModelServer {
  /** The options of the program that lead to it. */
  readonly options: readonly string[];
  readonly baseURL: string;
  /** What it was asked, as JSON. */
  readonly heard: readonly unknown[];
  close(): void;
}

/** Starts one. `answer` is given the last message: its text, or what a tool gave. */
export async function modelServer(answer: (said: string) => Answer): Promise<ModelServer> {
  const heard: unknown[] = [];
  const server: Server = createServer((request, response) => {
    let body = '';
    request.on('data', (data) => (body += String(data)));
    request.on('end', () => {
      const asked = JSON.parse(body) as { messages: { content: unknown }[] };
      heard.push(asked);
      const { content } = asked.messages.at(-1)!;
      void tell(response, answer(typeof content === 'string' ? content : JSON.stringify(content)));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const baseURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  return {
    options: ['--model', 'mine/m', '--base-url', baseURL],
    baseURL,
    heard,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function tell(response: ServerResponse, answer: Answer): Promise<void> {
  const send = (delta: object, finish: string | null = null, more: object = {}): boolean =>
    response.write(
      `data: ${JSON.stringify({ id: 'x', model: 'm', choices: [{ index: 0, delta, finish_reason: finish }], ...more })}\n\n`,
    );
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  if ('call' in answer) {
    const { name, input } = answer.call;
    send({
      tool_calls: [{ index: 0, id: 'c1', type: 'function', function: { name, arguments: JSON.stringify(input) } }],
    });
    send({}, 'tool_calls');
  } else {
    for (const content of answer.pieces) {
      await new Promise((resolve) => setTimeout(resolve, answer.pause ?? 1));
      send({ content });
    }
    send({}, 'stop', { usage: { prompt_tokens: 120, completion_tokens: 30 } });
  }
  response.end('data: [DONE]\n\n');
}
