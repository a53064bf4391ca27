// A chat whose model is a router over two servers of this machine that speak Chat Completions.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createChat } from '../src/chat/chat.ts';
import { tool } from '../src/chat/tool.ts';
import { Conversation } from '../src/conversation/conversation.ts';
import { compatible } from '../src/models/compatible/index.ts';
import { router } from '../src/models/router/index.ts';
import { recordEvents } from '../src/testing/record-events.ts';

interface Server {
  readonly url: string;
  readonly asked: Record<string, unknown>[];
  /** What it answers to one request after the other: the data of its events, or a status. */
  readonly answers: (readonly unknown[] | number)[];
}

const closing: (() => void)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));

async function serve(...answers: Server['answers']): Promise<Server> {
  const asked: Server['asked'] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (piece) => (text += String(piece)));
    request.on('end', () => {
      asked.push(JSON.parse(text) as Record<string, unknown>);
      const answer = answers.shift() ?? 500;
      if (typeof answer === 'number') return response.writeHead(answer).end('{"error":{"message":"no room"}}');
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const data of answer) response.write(`data: ${JSON.stringify(data)}\n\n`);
      // Without it the answer was cut.
      if (answer.at(-1) !== cutHere) response.write('data: [DONE]\n\n');
      return response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close().closeAllConnections());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, answers };
}

const cutHere = {};
const delta = (value: object, finish: string | null = null): object => ({
  id: 'r',
  model: 'm-2030',
  choices: [{ index: 0, delta: value, finish_reason: finish }],
});
const says = (content: string): object[] => [delta({ content }), delta({}, 'stop')];
const signed = { google: { thought_signature: 'signed' } };
const calls = [
  delta({ reasoning_content: 'Hm.' }),
  delta({
    tool_calls: [{ index: 0, id: 'c1', function: { name: 'look', arguments: '{"a": 1}' }, extra_content: signed }],
  }),
  delta({}, 'tool_calls'),
];

const look = tool({ description: 'Looks', effect: 'read', run: () => 'Nothing there.' });
const model = (provider: string, { url }: Server) => compatible({ provider, model: 'm', baseURL: url, apiKey: 'k' });

describe('a router over two servers', () => {
  it('keeps the provider between a call and its result, though its strategy would begin elsewhere (W2)', async () => {
    const [a, b] = [await serve(calls, says('It is empty.')), await serve(says('You are welcome.'))];
    const chat = createChat({
      model: router([model('a', a), model('b', b)], {
        strategy: (models, { messages }) => (messages.length > 1 ? models.toReversed() : models),
      }),
      tools: { look },
    });
    const conversation = new Conversation();
    conversation.say('Look!');
    expect((await chat.complete(conversation)).text).toBe('It is empty.');
    expect(conversation.messages.slice(1).map(({ model }) => model)).toEqual([
      { provider: 'a', id: 'm-2030' },
      { provider: 'a', id: 'm-2030' },
    ]);
    expect(JSON.stringify(a.asked[1])).toContain(JSON.stringify(signed));
    expect(b.asked).toHaveLength(0);

    // The loop is over: the strategy chooses, and what only the one understands is not told to the other.
    conversation.say('Thanks.');
    expect((await chat.complete(conversation)).text).toBe('You are welcome.');
    expect(b.asked[0]?.['messages']).toEqual([
      { role: 'user', content: 'Look!' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'c1', type: 'function', function: { name: 'look', arguments: '{"a": 1}' } }],
      },
      { role: 'tool', tool_call_id: 'c1', content: 'Nothing there.' },
      { role: 'assistant', content: 'It is empty.' },
      { role: 'user', content: 'Thanks.' },
    ]);
  });

  it('takes another provider in a tool loop when that one is down, without its signatures and its reasoning (W2)', async () => {
    const [a, b] = [await serve(calls, 503, 503), await serve(says('It is empty.'))];
    const chat = createChat({ model: router([model('a', a), model('b', b)]), tools: { look } });
    const conversation = new Conversation();
    conversation.say('Look!');
    const { outline, events } = await recordEvents(chat.stream(conversation));
    expect(outline.at(-1)).toBe('done: stop');
    expect(events.find(({ type }) => type === 'warning')).toMatchObject({
      reason: 'b/m took over. Asking a/m: no room (HTTP 503)',
    });
    expect(JSON.stringify(b.asked[0])).not.toMatch(/signed|Hm\./);
    expect(conversation.messages.map(({ model }) => model?.provider)).toEqual([undefined, 'a', 'b']);
  });

  it('makes an answer begin anew elsewhere when it breaks, and what was told is withdrawn (L4)', async () => {
    const [a, b] = [await serve([delta({ content: 'The ki' }), cutHere]), await serve(says('The king had a horse.'))];
    const chat = createChat({ model: router([model('a', a), model('b', b)], { restart: true }) });
    const conversation = new Conversation();
    conversation.say('A story!');
    const { outline } = await recordEvents(chat.stream(conversation));
    expect(outline).toEqual([
      'user: A story!',
      'assistant',
      'text: The ki',
      'reset: removed',
      'assistant',
      'warning: b/m took over. The answer of a/m ended before its end.',
      'text: The king had a horse.',
      'step-end: stop',
      'done: stop',
    ]);
    expect(conversation.messages.map(({ role }) => role)).toEqual(['user', 'assistant']);
  });

  it('leaves retries to the loop: each round asks every member once (L4)', async () => {
    const [a, b] = [await serve(503, 503, 503), await serve(500, 500, says('At last.'))];
    const waits: number[] = [];
    const retry = (attempt: number): number => (waits.push(attempt), 1);
    const chat = createChat({ model: router([model('a', a), model('b', b)]), retry });
    const conversation = new Conversation();
    conversation.say('Hello?');
    expect((await chat.complete(conversation)).text).toBe('At last.');
    expect(waits).toEqual([1, 2]);
    expect([a.asked.length, b.asked.length]).toEqual([3, 3]);
  });

  it('ends the run with what each of them said', async () => {
    const [a, b] = [await serve(), await serve(401)];
    const chat = createChat({ model: router([model('a', a), model('b', b)]), retry: () => false });
    const conversation = new Conversation();
    conversation.say('Hello?');
    const { events, error } = await recordEvents(chat.stream(conversation));
    expect(events.at(-1)).toMatchObject({ type: 'error', code: 'provider', retryable: true });
    expect(error).toMatchObject({
      message: 'No member of the router answered. Asking a/m: no room (HTTP 500) Asking b/m: no room (HTTP 401)',
    });
  });
});
