import { describe, expect, test, vi } from 'vitest';
import { Conversation } from '../conversation/conversation.ts';
import { ChatError } from '../conversation/error.ts';
import { scripted } from '../testing/scripted.ts';
import { createChat } from './chat.ts';
import type { Capabilities, Model, ModelEvent, ModelRequest, ResponseInfo } from './model.ts';
import { logged, wrap } from './wrap.ts';

type Told = ModelEvent | readonly ModelEvent[];

function request(more: Partial<ModelRequest> = {}): ModelRequest {
  return { messages: [], tools: [], settings: {}, signal: new AbortController().signal, kept: new Map(), ...more };
}

async function all(events: AsyncIterable<Told>): Promise<Told[]> {
  const told: Told[] = [];
  for await (const batch of events) told.push(batch);
  return told;
}

const text = (delta: string): ModelEvent => ({ type: 'text', delta });
const finish: ModelEvent = { type: 'finish', reason: 'stop', raw: 'end' };
const usage: ModelEvent = { type: 'usage', usage: { input: 10, output: 5, cachedInput: 0, reasoning: 0 } };

/** A model that tells these, and remembers whether it was left. */
function telling(told: readonly Told[], error?: unknown): Model & { readonly left: () => boolean } {
  let isLeft = false;
  return {
    provider: 'test',
    id: 'm',
    left: () => isLeft,
    async *stream() {
      try {
        yield* told;
        if (error !== undefined) throw error;
      } finally {
        isLeft = true;
      }
    },
  };
}

test('a model that is an object of a class is wrapped with all that it has', () => {
  class Own implements Model {
    readonly #told: string[] = [];
    get provider(): string {
      return 'own';
    }
    get id(): string {
      return 'm';
    }
    get capabilities(): Capabilities {
      return { tools: true };
    }
    get told(): readonly string[] {
      return this.#told;
    }
    async *stream(): AsyncGenerator<ModelEvent> {}
    done({ finish }: Pick<ResponseInfo, 'finish'>): void {
      this.#told.push(finish);
    }
  }
  const own = new Own();
  const wrapped = wrap(own, {});
  expect(wrapped).toMatchObject({ provider: 'own', id: 'm', capabilities: { tools: true } });
  const answered = { usage: undefined, responseId: undefined, provider: 'own', model: 'm' };
  wrapped.done?.({ finish: 'stop', ...answered });
  expect(own.told).toEqual(['stop']);
});

describe('a model around a model', () => {
  test('changes what is asked, at once or later', async () => {
    for (const change of [(seed: number) => ({ seed }), async (seed: number) => ({ seed })]) {
      const inner = scripted(['Hi']);
      const model = wrap(inner, { request: async (given) => ({ ...given, settings: await change(7) }) });
      expect([model.provider, model.id]).toEqual(['scripted', 'script']);
      await all(model.stream(request()));
      expect(inner.requests).toMatchObject([{ settings: { seed: 7 } }]);
    }
  });

  test('changes what is told; a batch stays a batch', async () => {
    const inner = telling([[text('a'), text('b')], finish]);
    expect(await all(wrap(inner, {}).stream(request()))).toEqual([[text('a'), text('b')], finish]);
    const asked: unknown[] = [];
    const model = wrap(inner, {
      request: (given) => ({ ...given, instructions: 'Be brief.' }),
      async *events(events, { instructions }) {
        asked.push(instructions);
        for await (const batch of events) yield 'type' in batch ? batch : [...batch, text('!')];
      },
    });
    expect(await all(model.stream(request()))).toEqual([[text('a'), text('b'), text('!')], finish]);
    expect(asked).toEqual(['Be brief.']);
  });

  test('that is left leaves the one inside', async () => {
    const inner = telling([text('a'), text('b')]);
    for await (const _ of logged(wrap(inner, { request: (given) => given }), () => {}).stream(request())) break;
    expect(inner.left()).toBe(true);
  });

  test('passes errors on, its own too', async () => {
    const failing = telling([text('a')], new ChatError('rate-limit', 'no'));
    await expect(all(wrap(failing, {}).stream(request()))).rejects.toMatchObject({ code: 'rate-limit' });
    const refusing = wrap(failing, { request: () => Promise.reject(new Error('not today')) });
    await expect(all(refusing.stream(request()))).rejects.toThrow('not today');
  });

  test('works in a chat', async () => {
    const lines: string[] = [];
    const model = logged(scripted(['Hello there']), (line) => lines.push(line));
    const conversation = new Conversation();
    conversation.say('Hi');
    expect((await createChat({ model }).complete(conversation)).text).toBe('Hello there');
    expect(lines).toEqual([
      'scripted/script: messages 1, tools 0',
      expect.stringMatching(/^scripted\/script: stop after \d+ ms, 10 tokens in, 5 out$/),
    ]);
  });
});

describe('a logged model', () => {
  const settings = {
    temperature: 0.5,
    headers: { authorization: 'sk-secret' },
    providerOptions: { test: { key: 'sk-secret' } },
  };

  test('tells request and end, never keys or headers (X3)', async () => {
    const log = vi.fn();
    await all(
      logged(telling([[text('a'), usage], finish]), log).stream(request({ settings, instructions: 'Be kind.' })),
    );
    const details = { messages: [], instructions: 'Be kind.', tools: [], settings: { temperature: 0.5 } };
    expect(log.mock.calls).toEqual([
      ['test/m: messages 0, tools 0', details],
      [expect.any(String), { ms: expect.any(Number) as number, finish: 'stop', usage: usage.usage }],
    ]);
    expect(JSON.stringify(log.mock.calls)).not.toContain('sk-secret');
  });

  test.each([
    [new ChatError('overloaded', 'no'), 'overloaded'],
    [new Error('no'), 'error'],
  ])('tells that it broke: %s', async (error, word) => {
    const lines: string[] = [];
    const model = logged(telling([], error), (line) => lines.push(line));
    await expect(all(model.stream(request()))).rejects.toBe(error);
    expect(lines[1]).toMatch(new RegExp(`^test/m: ${word} after \\d+ ms$`));
  });

  test('tells that it was left', async () => {
    const lines: string[] = [];
    for await (const _ of logged(telling([text('a')]), (line) => lines.push(line)).stream(request())) break;
    expect(lines[1]).toContain('left after');
  });

  test('writes to the console by default', async () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    await all(logged(telling([finish])).stream(request()));
    expect(log.mock.calls.map((args) => args.length)).toEqual([1, 1]);
    log.mockRestore();
  });
});
