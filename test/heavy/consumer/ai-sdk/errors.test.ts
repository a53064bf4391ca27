import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { ChatError } from 'yourcall';
import type { Model } from 'yourcall';
import { protocols } from './answers.ts';
import { packages } from './packages.ts';
import { replayServer } from './replay-server.ts';

async function thrownBy(model: Model, signal: AbortSignal = new AbortController().signal): Promise<unknown> {
  const messages = [{ id: 'm', role: 'user', at: 1, parts: [{ type: 'text', text: 'Hi' }] }] as const;
  try {
    for await (const _ of model.stream({ messages, tools: [], settings: {}, signal, kept: new Map() }));
    return undefined;
  } catch (error) {
    return error;
  }
}

function isChatError(error: unknown): error is ChatError {
  return error instanceof ChatError;
}

const refusal = (message: string, type: string): string => JSON.stringify({ type: 'error', error: { message, type } });

describe('what goes wrong has our codes, over the real package', async () => {
  const server = await replayServer();
  after(() => server.close());
  for (const [name, protocol] of Object.entries(protocols)) {
    const make = packages[name as keyof typeof protocols];

    test(`${name}: a status`, async () => {
      const contentType = 'application/json';
      server.play(
        { status: 429, contentType, body: refusal('Slow down.', 'rate_limit_error'), headers: { 'retry-after': '3' } },
        { status: 401, contentType, body: refusal('Who are you?', 'authentication_error') },
        { status: 503, contentType, body: refusal('No room.', 'overloaded_error') },
        { status: 400, contentType, body: refusal('prompt is too long: 9 tokens', 'invalid_request_error') },
      );
      const model = make(server.url);
      const told = [];
      for (let i = 0; i < 4; i += 1) {
        const error = await thrownBy(model);
        assert.ok(isChatError(error), String(error));
        told.push([error.code, error.status, error.retryable, error.retryAfter]);
      }
      assert.deepEqual(told, [
        ['rate-limit', 429, true, 3_000],
        ['auth', 401, false, undefined],
        ['overloaded', 503, true, undefined],
        ['context-length', 400, false, undefined],
      ]);
    });

    test(`${name}: a server that is not there`, async () => {
      const error = await thrownBy(make('http://127.0.0.1:9'));
      assert.ok(isChatError(error), String(error));
      assert.deepEqual([error.code, error.retryable], ['network', true]);
    });

    test(`${name}: an answer that is cut`, async () => {
      const whole = protocol.text('Hello you.');
      server.play({ body: whole.slice(0, Math.floor(whole.length * 0.6)) });
      const error = await thrownBy(make(server.url));
      // The loop knows a cut answer by the finish that is missing.
      if (error !== undefined) {
        assert.ok(isChatError(error), String(error));
        assert.match(error.code, /^(incomplete|invalid)-response$/);
      }
    });

    test(`${name}: a connection that breaks`, async () => {
      server.play({ body: protocol.text('Hello you.').slice(0, 60), breaks: true });
      const error = await thrownBy(make(server.url));
      assert.ok(isChatError(error), String(error));
      assert.deepEqual([error.code, error.retryable], ['network', true]);
    });

    test(`${name}: a stop`, async () => {
      const reason = new Error('stopped');
      const stop = new AbortController();
      server.play({ body: protocol.text('Hello you.'), pause: 60_000 });
      setTimeout(() => stop.abort(reason), 50);
      assert.equal(await thrownBy(make(server.url), stop.signal), reason);
    });
  }
});
