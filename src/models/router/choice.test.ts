import { describe, expect, test } from 'vitest';
import type { Model, ModelRequest } from '../../chat/model.ts';
import { ChatError } from '../../conversation/error.ts';
import type { Message } from '../../conversation/message.ts';
import type { Part } from '../../conversation/part.ts';
import { scripted } from '../../testing/scripted.ts';
import { choose } from './choice.ts';
import { homeFirst } from './home.ts';
import { router } from './index.ts';
import { membersOf } from './member.ts';
import type { RouterMember, RouterOptions } from './options.ts';

function named(name: string): Model {
  const [provider = '', id = ''] = name.split('/');
  return { ...scripted([]), provider, id };
}

function request(messages: readonly Message[] = []): ModelRequest {
  return { messages, tools: [], settings: {}, signal: new AbortController().signal, kept: new Map() };
}

const [a, b, c] = [named('a/1'), named('b/1'), named('c/1')];

async function chosen(members: readonly (Model | RouterMember)[], options: RouterOptions): Promise<string[]> {
  return (await choose(membersOf(members, options), request(), options)).map(({ name }) => name);
}

describe('who is asked', () => {
  test('in their order', async () => {
    expect(await chosen([a, b, c], {})).toEqual(['a/1', 'b/1', 'c/1']);
  });

  test('by chance, in proportion to their weights', async () => {
    let seed = 1;
    const random = (): number => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
    const counts = new Map<string, number>();
    for (let i = 0; i < 4_000; i += 1) {
      const members = [{ model: a, weight: 3 }, b, { model: c, weight: 0 }];
      const order = await chosen(members, { strategy: 'weighted', random });
      expect(order).toHaveLength(3);
      // A weight of 0 is for when all others failed.
      expect(order[2]).toBe('c/1');
      counts.set(order[0]!, (counts.get(order[0]!) ?? 0) + 1);
    }
    expect(counts.get('a/1')! / 4_000).toBeCloseTo(0.75, 1);
    expect(counts.get('b/1')! / 4_000).toBeCloseTo(0.25, 1);
  });

  test('as a function of the request says, which may leave some out', async () => {
    const words: Message = { id: 'm', role: 'user', at: 1, parts: [{ type: 'text', text: 'Hi' }] };
    const strategy: RouterOptions['strategy'] = ([first, second], { messages }) =>
      messages.length > 0 ? [second!, first!] : [first!];
    const members = membersOf([a, b], { strategy });
    const order = async (messages: Message[]): Promise<string[]> =>
      (await choose(members, request(messages), { strategy })).map(({ name }) => name);
    expect(await order([])).toEqual(['a/1']);
    expect(await order([words])).toEqual(['b/1', 'a/1']);
  });

  test('by several strategies, one after the other', async () => {
    const mute = { ...a, capabilities: { tools: false } };
    const strategy: RouterOptions['strategy'] = ['capability', async (models) => models.toReversed()];
    const members = membersOf([mute, b, c], { strategy });
    const asked = { ...request(), tools: [{ name: 'add', description: '', inputSchema: {} }] };
    expect((await choose(members, asked, { strategy })).map(({ name }) => name)).toEqual(['c/1', 'b/1']);
  });

  test.each<[string, RouterOptions['strategy'], Partial<ChatError>]>([
    [
      'throws',
      () => {
        throw new Error('no map');
      },
      { code: 'hook-failed', message: 'Routing: the strategy failed: no map' },
    ],
    ['chooses nobody', () => [], { code: 'hook-failed', message: 'Routing: the strategy failed: it chose nobody' }],
    [
      'chooses a stranger',
      () => [named('x/9')],
      { code: 'hook-failed', message: 'Routing: the strategy failed: it chose x/9, which it was not given' },
    ],
    [
      'refuses',
      () => {
        throw new ChatError('unsupported', 'no such thing');
      },
      { code: 'unsupported', message: 'no such thing' },
    ],
  ])('a function that %s ends the request', async (_, strategy, error) => {
    await expect(chosen([a], { strategy: strategy! })).rejects.toMatchObject(error);
  });
});

describe('between a call and its result the provider stays (W2)', () => {
  const [old, mini, other] = [named('openai/gpt-5'), named('openai/gpt-5-mini'), named('groq/llama')];
  const all = [other, mini, old];
  const call = { id: 'c', name: 'add', arguments: '{}', revision: 1, state: 'completed', output: 1 } as const;
  const called: Part = { type: 'tool', call };

  function answered(model: string, parts: readonly Part[], more: Partial<Message> = {}): Message {
    const { provider, id } = named(model);
    return { id: 'm', role: 'assistant', at: 1, parts, model: { provider, id }, ...more };
  }

  const order = (last: Message, chosen: readonly Model[] = all, after: readonly Message[] = []): string[] =>
    homeFirst(chosen, all, [last, ...after]).map(({ provider, id }) => `${provider}/${id}`);

  test('first the model itself, then others of its provider', () => {
    expect(order(answered('openai/gpt-5', [called]))).toEqual(['openai/gpt-5', 'openai/gpt-5-mini', 'groq/llama']);
  });

  test('also when it called itself by its version', () => {
    expect(order(answered('openai/gpt-5-2030-01-01', [called]))[0]).toBe('openai/gpt-5');
    expect(order(answered('groq/other', [called]))[0]).toBe('groq/llama');
  });

  test('also when only an origin tells whose call it is', () => {
    const origin = { provider: 'openai', model: 'gpt-5', data: 'signature' };
    expect(order(answered('router/all', [{ ...called, origin }]))[0]).toBe('openai/gpt-5');
    expect(order(answered('router/all', [{ type: 'reasoning', text: '', origin }, called]))[0]).toBe('openai/gpt-5');
  });

  test('also when a strategy leaves it out, and when the user spoke meanwhile', () => {
    expect(order(answered('openai/gpt-5', [called]), [other])).toEqual(['openai/gpt-5', 'groq/llama']);
    const spoke: Message = { id: 'u', role: 'user', at: 2, parts: [] };
    expect(order(answered('openai/gpt-5', [called]), all, [spoke])[0]).toBe('openai/gpt-5');
  });

  test('in a turn that the provider paused, and where it waits for an approval of its own call', () => {
    expect(order(answered('openai/gpt-5', [], { finish: 'pause-turn' }))[0]).toBe('openai/gpt-5');
    const waits: Part = { type: 'tool', call: { ...call, providerExecuted: true, state: 'in-doubt', reason: 'cut' } };
    expect(order(answered('openai/gpt-5', [waits]))[0]).toBe('openai/gpt-5');
  });

  test('a call that its provider may run now goes to no other (W3)', () => {
    const { id, name, arguments: text, revision } = call;
    const facts = { id, name, arguments: text, revision, providerExecuted: true, needsApproval: true } as const;
    const approved: Part = { type: 'tool', call: { ...facts, state: 'running' } };
    expect(order(answered('openai/gpt-5', [approved]))).toEqual(['openai/gpt-5', 'openai/gpt-5-mini']);
    // Also when another one has spoken since.
    const since = answered('groq/llama', [{ type: 'text', text: 'Hm.' }]);
    expect(order(answered('openai/gpt-5', [approved]), all, [since])).toEqual(['openai/gpt-5', 'openai/gpt-5-mini']);
  });

  test('and not after words, nor after calls that the provider has run', () => {
    expect(order(answered('openai/gpt-5', [{ type: 'text', text: 'Done.' }]))[0]).toBe('groq/llama');
    const ran: Part = { type: 'tool', call: { ...call, providerExecuted: true } };
    expect(order(answered('openai/gpt-5', [ran]))[0]).toBe('groq/llama');
    expect(order(answered('strange/model', [called]))[0]).toBe('groq/llama');
    expect(homeFirst(all, all, [])).toBe(all);
  });

  test('a router among the members holds the models of its own', () => {
    const inner = router([old, mini]);
    const models = [other, inner];
    expect(homeFirst(models, models, [answered('openai/gpt-5-mini', [called])])).toEqual([inner, other]);
  });
});
