import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { apply } from '../conversation/apply.ts';
import { Conversation } from '../conversation/conversation.ts';
import type { SayOptions } from '../conversation/conversation.ts';
import type { ChatEvent } from '../conversation/event.ts';
import type { Message } from '../conversation/message.ts';
import { next } from '../conversation/next.ts';
import { openai } from '../models/openai/index.ts';
import { scripted } from '../testing/scripted.ts';
import type { ScriptedTurn } from '../testing/scripted-turn.ts';
import { createChat } from './chat.ts';
import { drain, finish, modelOf, sleep, talk, told } from './hostile/kit.ts';
import type { ModelEvent } from './model.ts';
import { tool } from './tool.ts';
import type { Chat, StreamBase } from './types.ts';

const input = z.object({ n: z.number() });
const call = (name: string, n = 1) => ({ name, input: { n } });
type How = SayOptions['while'] & string;

/** Plays a run, and does something after the first event that reads so. */
async function play(
  chat: unknown,
  conversation: Conversation,
  { at, act, ...options }: { at: string; act: () => unknown } & StreamBase,
): Promise<{ lines: string[]; events: ChatEvent[] }> {
  const events: ChatEvent[] = [];
  let acted = false;
  for await (const event of (chat as Chat).stream(conversation, options)) {
    events.push(event);
    if (acted || told(event).trim() !== at) continue;
    acted = true;
    act();
  }
  return { lines: events.map((event) => told(event).trim()), events };
}

/** What the messages say, in order: a word of the user in quotes, marked where it was cut. */
function script({ messages }: { readonly messages: readonly Message[] }): string[] {
  return messages.map(({ role, parts, interrupted }) => {
    const said = parts.map((part) => {
      if (part.type === 'tool') return `${part.call.name} ${part.call.state}`;
      return part.type === 'text' || part.type === 'reasoning' ? part.text.trim() : part.type;
    });
    return `${role}: ${said.join(' + ')}${interrupted ? ' (cut)' : ''}`;
  });
}

describe('a word while the model speaks', () => {
  test('that is queued stands behind the answer, and is answered after it (D8)', async () => {
    const model = scripted(['one two', 'And three.']);
    const conversation = talk('Count');
    const { lines } = await play(createChat({ model }), conversation, {
      at: 'text one',
      act: () => conversation.say('Go on'),
    });
    expect(lines).toEqual([
      'user',
      'assistant',
      'text one',
      'text two',
      'user',
      'step-end',
      'assistant',
      'text And',
      'text three.',
      'step-end',
      'done',
    ]);
    expect(script(conversation)).toEqual(['user: Count', 'assistant: one two', 'user: Go on', 'assistant: And three.']);
    expect(model.requests[1]?.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
  });

  test.each<How>(['interrupt', 'supersede'])(
    'that is to %s stops it: what came is kept, marked and counted (D8, L5, L8)',
    async (how) => {
      const model = scripted(['one two three', 'Three.']);
      const conversation = talk('Count');
      const { lines, events } = await play(createChat({ model }), conversation, {
        at: 'text two',
        act: () => conversation.say('Only the last', { while: how }),
      });
      expect(lines).toEqual([
        'user',
        'assistant',
        'text one',
        'text two',
        'user',
        'reset',
        'assistant',
        'text Three.',
        'step-end',
        'done',
      ]);
      expect(events[5]).toMatchObject({ type: 'reset', keep: true });
      expect(events.at(-1)).toMatchObject({ usage: { unreported: 1, input: 10 } });
      expect(script(conversation)).toEqual([
        'user: Count',
        'assistant: one two (cut)',
        'user: Only the last',
        'assistant: Three.',
      ]);
      expect(script(model.requests[1]!)).toEqual(['user: Count', 'assistant: one two (cut)', 'user: Only the last']);
    },
  );

  test('before its first word leaves nothing of it, and it is asked once, with what was said (D8, L8)', async () => {
    const model = scripted(['Three.']);
    const conversation = talk('Count');
    const { lines } = await play(createChat({ model }), conversation, {
      at: 'assistant',
      act: () => conversation.say('Only the last', { while: 'interrupt' }),
    });
    expect(lines.filter((line) => line !== 'reset')).toEqual([
      'user',
      'assistant',
      'user',
      'assistant',
      'text Three.',
      'step-end',
      'done',
    ]);
    expect(script(conversation)).toEqual(['user: Count', 'user: Only the last', 'assistant: Three.']);
    expect(model.requests).toHaveLength(1);
  });

  test('while the opening of its message is being committed counts the same (D8)', async () => {
    const model = scripted(['Three.']);
    const conversation = talk('Count');
    let said = false;
    const commit = async (events: readonly ChatEvent[]): Promise<void> => {
      await sleep(1);
      if (said || !events.some((event) => told(event) === 'assistant')) return;
      said = true;
      conversation.say('Only the last', { while: 'interrupt' });
    };
    await createChat({ model }).complete(conversation, { commit });
    expect(script(conversation)).toEqual(['user: Count', 'user: Only the last', 'assistant: Three.']);
    expect(model.requests).toHaveLength(1);
  });

  test('while the opening of its message is being committed may queue: the answer is spoken, and then the next (D8)', async () => {
    const model = scripted(['One.', 'Two.']);
    const conversation = talk('Count');
    let said = false;
    const commit = async (events: readonly ChatEvent[]): Promise<void> => {
      await sleep(1);
      if (said || !events.some((event) => told(event) === 'assistant')) return;
      said = true;
      conversation.say('Go on');
    };
    await createChat({ model }).complete(conversation, { commit });
    expect(script(conversation)).toEqual(['user: Count', 'assistant: One.', 'user: Go on', 'assistant: Two.']);
    expect(model.requests).toHaveLength(2);
  });

  test('is stored at once, not only when the answer is whole (D8)', async () => {
    const stored = Promise.withResolvers<void>();
    const events = [{ type: 'text', delta: 'One.' }, stored.promise, finish] as const;
    const conversation = talk('Count');
    const commit = (batch: readonly ChatEvent[]): void => {
      if (batch.some((event) => told(event) === 'user') && conversation.messages.length === 3) stored.resolve();
    };
    const chat = createChat({ model: scripted([{ events }, 'Two.']) });
    for await (const event of chat.stream(conversation, { commit })) {
      if (event.type === 'text' && event.delta === 'One.') conversation.say('Go on');
    }
    expect(script(conversation)).toEqual(['user: Count', 'assistant: One.', 'user: Go on', 'assistant: Two.']);
  });

  test('withdraws the calls of the answer that it cuts; their policies are never asked (D8, L8)', async () => {
    let asked = 0;
    const policy = () => ((asked += 1), 'allow' as const);
    const act = tool({ description: 'Acts', input, policy, run: () => 'acted' });
    const events: ModelEvent[] = [
      { type: 'text', delta: 'Let me' },
      { type: 'call', name: 'act', arguments: '{"n":1}' },
      { type: 'tool-input', key: 2, name: 'act', delta: '{"n' },
      { type: 'text', delta: 'never heard' },
      finish,
    ];
    const conversation = talk('Act');
    const model = scripted([{ events }, 'Good.']);
    const { lines } = await play(createChat({ model, tools: { act } }), conversation, {
      at: 'tool-input',
      act: () => conversation.say('Stop', { while: 'interrupt' }),
    });
    expect(lines.slice(0, 7)).toEqual([
      'user',
      'assistant',
      'text Let me',
      'act proposed',
      'tool-input',
      'user',
      'reset',
    ]);
    expect(script(conversation)).toEqual([
      'user: Act',
      'assistant: Let me + act cancelled (cut)',
      'user: Stop',
      'assistant: Good.',
    ]);
    const [first] = conversation.unsettled;
    expect(first).toBeUndefined();
    expect(asked).toBe(0);
  });
});

describe('a word while calls are open', () => {
  const slow = () => {
    let end = (): void => {};
    const work = tool({
      description: 'Works',
      input,
      policy: 'allow',
      run: () => new Promise((done) => (end = () => done('ok'))),
    });
    return { work, end: () => end() };
  };

  test.each<How>(['queue', 'interrupt', 'supersede'])(
    '%s: the tool that runs is left alone, and the model hears of both (D8)',
    async (how) => {
      const { work, end } = slow();
      const model = scripted([{ calls: [call('work')] }, 'Both.']);
      const conversation = talk('Work');
      const act = (): void => {
        conversation.say('And?', { while: how });
        setTimeout(end, 1);
      };
      const { lines } = await play(createChat({ model, tools: { work } }), conversation, { at: 'work running', act });
      expect(lines.slice(4)).toEqual([
        'work approved',
        'work running',
        'user',
        'work completed',
        'assistant',
        'text Both.',
        'step-end',
        'done',
      ]);
      expect(script(model.requests[1]!)).toEqual(['user: Work', 'assistant: work completed', 'user: And?']);
    },
  );

  test('that waits for a person: a queued one waits behind it, for its result (D8)', async () => {
    const pay = tool({ description: 'Pays', input, run: () => 'paid' });
    const model = scripted([{ calls: [call('pay')] }, 'Paid, and yes.']);
    const chat = createChat({ model, tools: { pay } });
    const conversation = talk('Pay');
    await chat.complete(conversation);
    conversation.say('And?');
    expect(await drain(chat.stream(conversation))).toEqual(['user', 'paused']);
    expect(model.requests).toHaveLength(1);
    await chat.decide(conversation, chat.waiting(conversation).approvals[0]!, { type: 'approve' });
    await chat.complete(conversation);
    expect(script(model.requests[1]!)).toEqual(['user: Pay', 'assistant: pay completed', 'user: And?']);
    expect(script(conversation).at(-1)).toBe('assistant: Paid, and yes.');
  });

  test('that waits for a person: one that supersedes cancels it, and is answered at once (D8)', async () => {
    const pay = tool({ description: 'Pays', input, run: () => 'paid' });
    const model = scripted([{ calls: [call('pay'), call('pay', 2)] }, 'Never mind, then.']);
    const chat = createChat({ model, tools: { pay } });
    const conversation = talk('Pay');
    await chat.complete(conversation);
    conversation.say('Leave it', { while: 'supersede' });
    expect(await drain(chat.stream(conversation))).toEqual([
      'pay cancelled',
      'pay cancelled',
      'user',
      'assistant',
      ...['Never ', 'mind, ', 'then.'].map((word) => `text ${word}`),
      'step-end',
      'done',
    ]);
    const { parts } = conversation.messages[1]!;
    expect(parts).toMatchObject([{ call: { by: 'supersede', outcome: 'none' } }, { call: { by: 'supersede' } }]);
  });

  test('that supersedes while one call runs and one waits for a slot: the first ends, the other never begins (D8)', async () => {
    const { work, end } = slow();
    const model = scripted([{ calls: [call('work'), call('work', 2)] }, 'One.']);
    const conversation = talk('Work');
    const act = (): void => {
      conversation.say('One is enough', { while: 'supersede' });
      setTimeout(end, 1);
    };
    const chat = createChat({ model, tools: { work }, concurrency: 1 });
    const { lines } = await play(chat, conversation, { at: 'work running', act });
    expect(lines.filter((line) => line === 'work running')).toHaveLength(1);
    expect(script(conversation)[1]).toBe('assistant: work completed + work cancelled');
  });
});

describe('an answer is asked for anew', () => {
  const asking = async (effect: 'read' | 'once' | undefined, policy: 'allow' | 'ask' = 'allow') => {
    const act = tool({ description: 'Acts', input, policy, ...(effect && { effect }), run: () => 'acted' });
    const model = scripted([{ calls: [call('act')] }, 'First.', 'Second.', 'Third.']);
    const chat = createChat({ model, tools: { act } });
    const conversation = talk('Go');
    await chat.complete(conversation);
    return { chat, conversation, model, answer: conversation.messages[1]!.id };
  };

  test('the answer and all behind it go, and the model is asked again with what stood before (D8)', async () => {
    const { chat, conversation, model, answer } = await asking('read');
    expect(conversation.rewind(answer)).toMatchObject({ type: 'rewound', messages: [{ id: answer }, {}] });
    expect(await drain(chat.stream(conversation))).toEqual(['rewind', 'assistant', 'text Second.', 'step-end', 'done']);
    expect(script(conversation)).toEqual(['user: Go', 'assistant: Second.']);
    expect(model.requests[2]?.messages).toHaveLength(1);
  });

  test('it is refused once a call was started that does more than read, unless a person forces it (D8)', async () => {
    for (const effect of ['once', undefined] as const) {
      const { chat, conversation, answer } = await asking(effect);
      const before = JSON.stringify(conversation);
      expect(conversation.rewind(answer)).toMatchObject({ type: 'refused', calls: [{ name: 'act' }] });
      expect(JSON.stringify(conversation)).toBe(before);
      expect(await drain(chat.stream(conversation))).toEqual(['done']);
      expect(conversation.rewind(answer, { force: true })).toMatchObject({ type: 'rewound' });
      expect(await chat.complete(conversation)).toMatchObject({ text: 'Second.' });
    }
  });

  test('what only waits to be decided stands in nobody’s way (D8)', async () => {
    const { chat, conversation, answer } = await asking('once', 'ask');
    expect(conversation.rewind(answer)).toMatchObject({ type: 'rewound' });
    expect(conversation.unsettled).toEqual([]);
    expect(await chat.complete(conversation)).toMatchObject({ text: 'First.' });
  });

  test('a call that runs cannot be withdrawn, forced or not (D8)', async () => {
    for (const effect of ['read', 'once'] as const) {
      let refused: unknown[] = [];
      let end = (): void => {};
      const run = () => new Promise<string>((done) => (end = () => done('ok')));
      const act = tool({ description: 'Acts', input, policy: 'allow', effect, run });
      const chat = createChat({ model: scripted([{ calls: [call('act')] }, 'Done.']), tools: { act } });
      const conversation = talk('Go');
      await play(chat, conversation, {
        at: 'act running',
        act: () => {
          const { id } = conversation.messages[1]!;
          refused = [conversation.rewind(id), conversation.rewind(id, { force: true })];
          setTimeout(end, 1);
        },
      });
      expect(refused).toMatchObject([{ type: 'refused' }, { type: 'refused', calls: [{ state: 'running' }] }]);
      expect(script(conversation).at(-1)).toBe('assistant: Done.');
    }
  });

  test('while the model speaks that very message, it stops and begins anew (D8)', async () => {
    const model = scripted(['one two three', 'Again.']);
    const conversation = talk('Count');
    const { lines } = await play(createChat({ model }), conversation, {
      at: 'text two',
      act: () => conversation.rewind(conversation.messages[1]!.id),
    });
    expect(lines).toEqual([
      'user',
      'assistant',
      'text one',
      'text two',
      'rewind',
      'assistant',
      'text Again.',
      'step-end',
      'done',
    ]);
    expect(script(conversation)).toEqual(['user: Count', 'assistant: Again.']);
  });

  test('the word of the user may go too, with the answer that is being spoken (D8)', async () => {
    const conversation = talk('Count');
    const { lines } = await play(createChat({ model: scripted(['one two']) }), conversation, {
      at: 'text one',
      act: () => conversation.rewind(conversation.messages[0]!.id),
    });
    expect(lines.slice(3)).toEqual(['rewind', 'done']);
    expect(conversation.messages).toEqual([]);
  });

  test('a message that is not there is an error that names it (D8)', () => {
    expect(() => talk('Hi').rewind('nope')).toThrow('Message "nope" is not in conversation talk.');
  });
});

describe('what a model says in pieces', () => {
  const events = async (turn: readonly ModelEvent[], ...more: ScriptedTurn[]) => {
    const conversation = talk('Go');
    const seen: ChatEvent[] = [];
    const lines = await drain(createChat({ model: scripted([{ events: turn }, ...more]) }).stream(conversation), seen);
    return { conversation, seen, lines, folded: apply([], seen) };
  };

  test('parts that are interleaved by number are put together each for itself (L4)', async () => {
    const { conversation, folded } = await events([
      { type: 'reasoning', delta: 'a1 ', part: 0 },
      { type: 'text', delta: 'b1 ', part: 1 },
      { type: 'reasoning', delta: 'a2', part: 0 },
      { type: 'text', delta: 'c1 ', part: 2 },
      { type: 'text', delta: 'b2', part: 1 },
      { type: 'text', delta: 'c2', part: 2 },
      finish,
    ]);
    expect(conversation.messages[1]?.parts).toEqual([
      { type: 'reasoning', text: 'a1 a2' },
      { type: 'text', text: 'b1 b2' },
      { type: 'text', text: 'c1 c2' },
    ]);
    expect(folded).toEqual(conversation.messages);
  });

  test('without numbers a part begins where the kind changes (L4)', async () => {
    const { conversation, folded } = await events([
      { type: 'text', delta: 'one ' },
      { type: 'text', delta: 'two' },
      { type: 'reasoning', delta: 'hm' },
      { type: 'text', delta: 'three' },
      finish,
    ]);
    expect(conversation.messages[1]?.parts.map((part) => (part.type === 'text' ? part.text : part.type))).toEqual([
      'one two',
      'reasoning',
      'three',
    ]);
    expect(folded).toEqual(conversation.messages);
  });

  test('a reset withdraws what was told so far, in words, calls and cost, and begins anew (L4, L5)', async () => {
    const usage = { input: 3, output: 2, cachedInput: 0, reasoning: 0 };
    const { conversation, seen, lines, folded } = await events([
      { type: 'text', delta: 'one ', part: 4 },
      { type: 'call', name: 'act', arguments: '{}' },
      { type: 'usage', usage },
      { type: 'reset', reason: 'the first is overloaded' },
      { type: 'text', delta: 'two' },
      { type: 'reset', reason: 'the second too' },
      { type: 'text', delta: 'three', part: 4 },
      finish,
    ]);
    expect(lines).toEqual([
      'user',
      'assistant',
      'text one ',
      'act proposed',
      'reset',
      'assistant',
      'text two',
      'reset',
      'assistant',
      'text three',
      'step-end',
      'done',
    ]);
    expect(script(conversation)).toEqual(['user: Go', 'assistant: three']);
    expect(seen.at(-1)).toMatchObject({ text: 'three', usage: { input: 3, unreported: 2, unreportedLength: 3 } });
    expect(folded).toEqual(conversation.messages);
  });

  test.each<How>(['queue', 'interrupt'])(
    'a word before the reset of a router is answered: it is asked anew (%s) (D8, L4)',
    async (how) => {
      for (const batched of [false, true]) {
        const turn: ModelEvent[] = [
          { type: 'text', delta: 'one' },
          { type: 'reset', reason: 'overloaded' },
          { type: 'text', delta: 'two' },
          finish,
        ];
        let turns = 0;
        const model = modelOf(async function* () {
          turns += 1;
          if (turns > 1) yield [{ type: 'text', delta: 'three' }, finish];
          else if (batched) yield turn;
          else yield* turn;
        });
        const conversation = talk('Go');
        const log: ChatEvent[] = [];
        const commit = async (batch: readonly ChatEvent[]): Promise<void> => (await sleep(1), void log.push(...batch));
        const { events: seen } = await play(createChat({ model }), conversation, {
          at: 'text one',
          act: () => conversation.say('And?', { while: how }),
          commit,
        });
        expect(script(conversation).slice(-2)).toEqual(['user: And?', 'assistant: three']);
        expect(next(conversation)).toBe('nothing');
        expect(script({ messages: apply([], log) })).toEqual(script(conversation));
        expect(script({ messages: apply([], seen) })).toEqual(script(conversation));
      }
    },
  );

  test('a partial output begins anew with the answer (L4)', async () => {
    const output = z.object({ city: z.string() });
    const key = { key: 1, name: 'give_output' } as const;
    const turn: ModelEvent[] = [
      { type: 'tool-input', ...key, delta: '{"city":"Ro' },
      { type: 'reset', reason: 'overloaded' },
      { type: 'tool-input', ...key, delta: '{"city":"Paris"}' },
      { type: 'call', ...key, arguments: '{"city":"Paris"}' },
      { type: 'finish', reason: 'tool-calls' },
    ];
    const seen: ChatEvent[] = [];
    await drain(createChat({ model: scripted([{ events: turn }]) }).stream(talk('Where?'), { output }), seen);
    expect(seen.flatMap((event) => (event.type === 'output' ? [event.output] : []))).toEqual([
      { city: 'Ro' },
      { city: 'Paris' },
    ]);
    expect(seen.at(-1)).toMatchObject({ type: 'done', output: { city: 'Paris' } });
  });
});

describe('an answer that was cut', () => {
  /** What is kept of an answer that says this and then breaks off. */
  async function cut(...turn: ModelEvent[]): Promise<Conversation> {
    const conversation = talk('Go');
    const look = tool({ description: 'Looks', input, effect: 'read', run: () => 'seen' });
    const chat = createChat({ model: scripted([{ events: turn }]), tools: { look }, retry: () => false });
    await drain(chat.stream(conversation));
    return conversation;
  }

  const origin = { provider: 'scripted', model: 'script', data: { signature: 's' } };
  const proposed: ModelEvent = { type: 'call', name: 'look', arguments: '{"n":1}' };

  test('keeps its words, its thoughts and what its provider ran; its calls are withdrawn (L8)', async () => {
    const ran = (key: number): ModelEvent => ({
      type: 'call',
      key,
      name: 'search',
      arguments: '{}',
      providerExecuted: true,
    });
    const conversation = await cut(
      { type: 'reasoning', delta: 'half a tho' },
      { type: 'text', delta: 'Let me' },
      ran(1),
      { type: 'result', key: 1, output: ['found'] },
      ran(2),
      proposed,
      { type: 'tool-input', key: 9, name: 'look', delta: '{"n"' },
    );
    expect(script(conversation)).toEqual([
      'user: Go',
      'assistant: half a tho + Let me + search completed + search cancelled + look cancelled (cut)',
    ]);
    const cancelled = conversation.messages[1]?.parts.at(-1);
    expect(cancelled).toMatchObject({ call: { by: 'withdrawn', outcome: 'none' } });
    // It was at work there when nobody listened any more.
    const left = conversation.messages[1]?.parts.at(-2);
    expect(left).toMatchObject({ call: { by: 'withdrawn', outcome: 'unknown' } });
    expect(conversation.messages[1]).not.toHaveProperty('finish');
  });

  test('without anything in it, it goes, and the model is asked again (L8, L2)', async () => {
    for (const turn of [[], [{ type: 'text', delta: '' }], [{ type: 'reasoning', delta: '' }]] as ModelEvent[][]) {
      const conversation = await cut(...turn);
      expect(conversation.messages).toHaveLength(1);
      expect(next(conversation)).toBe('model');
    }
    const signed = await cut({ type: 'reasoning', delta: '', origin });
    expect(signed.messages[1]?.parts).toEqual([{ type: 'reasoning', text: '', origin }]);
  });

  test('of it the provider is sent words and calls with their end, never half a thought nor an empty part (L8, W2)', async () => {
    const bodies: { messages: unknown[] }[] = [];
    const fetch = (_: unknown, { body }: { body?: unknown } = {}): Promise<Response> => {
      const text = typeof body === 'string' ? body : new TextDecoder().decode(body as Uint8Array);
      bodies.push(JSON.parse(text) as { messages: unknown[] });
      const chunks = ['{"choices":[{"delta":{"content":"Yes."},"finish_reason":"stop"}]}', '[DONE]'];
      return Promise.resolve(new Response(chunks.map((chunk) => `data: ${chunk}\n\n`).join('')));
    };
    const model = openai.chat('gpt', { apiKey: 'k', fetch: fetch as typeof globalThis.fetch });
    const sent = async (...turn: ModelEvent[]): Promise<unknown[]> => {
      const conversation = await cut(...turn);
      await createChat({ model }).complete(conversation);
      return bodies.at(-1)!.messages;
    };
    const user = { role: 'user', content: 'Go' };
    expect(await sent({ type: 'reasoning', delta: 'half a tho' })).toEqual([user]);
    expect(await sent({ type: 'reasoning', delta: 'half' }, { type: 'text', delta: 'Let me' })).toEqual([
      user,
      { role: 'assistant', content: 'Let me' },
    ]);
    expect(await sent(proposed)).toMatchObject([
      user,
      { role: 'assistant', content: null, tool_calls: [{ function: { name: 'look' } }] },
      { role: 'tool', content: 'Not executed: it was cancelled.' },
    ]);
  });
});

describe('whatever is said, whenever', () => {
  const piece = fc.constantFrom<ModelEvent>(
    { type: 'text', delta: 'a' },
    { type: 'text', delta: 'b', part: 1 },
    { type: 'reasoning', delta: 'c' },
    { type: 'call', name: 'act', arguments: '{"n":1}' },
    { type: 'call', name: 'look', arguments: '{"n":1}' },
    { type: 'warning', reason: 'odd' },
    { type: 'reset', reason: 'overloaded' },
  );
  const act = fc.constantFrom<How | 'rewind' | 'approve' | 'reject'>(
    'queue',
    'interrupt',
    'supersede',
    'rewind',
    'approve',
    'reject',
  );
  const plan = fc.record({
    turns: fc.array(fc.array(piece, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 }),
    batched: fc.boolean(),
    acts: fc.array(fc.record({ at: fc.nat(12), act, stored: fc.boolean() }), { maxLength: 5 }),
    waits: fc.array(fc.nat(3), { minLength: 1, maxLength: 5 }),
  });
  type Plan = typeof plan extends fc.Arbitrary<infer Value> ? Value : never;

  /** Plays a plan to its end; gives what its reader saw and what was stored. */
  async function plays({ turns, batched, acts, waits }: Plan, conversation: Conversation) {
    const seen: ChatEvent[] = [];
    const log: ChatEvent[] = [];
    let overlapping = 0;
    let count = 0;
    const pause = async (): Promise<void> => {
      const ticks = waits[(count += 1) % waits.length]!;
      if (ticks === 3) await sleep(0);
      else for (let tick = 0; tick < ticks * 3; tick += 1) await undefined;
    };
    let most = 0;
    const commit = async (batch: readonly ChatEvent[]): Promise<void> => {
      most = Math.max(most, (overlapping += 1));
      await pause();
      log.push(...batch);
      overlapping -= 1;
    };
    let turn = 0;
    const model = modelOf(async function* () {
      const events = [...(turns[turn] ?? [{ type: 'text', delta: 'The end.' } as const]), finish];
      turn += 1;
      if (batched) yield events;
      else for (const event of events) yield ((await pause(), event));
    });
    const run = async (): Promise<string> => (await pause(), 'done');
    const tools = {
      act: tool({ description: 'Acts', input, run }),
      look: tool({ description: 'Looks', input, effect: 'read', run }),
    };
    const chat = createChat({ model, tools, retry: () => false, maxSteps: 50 });
    const decided: Promise<unknown>[] = [];
    const doing = ({ act: what, stored }: Plan['acts'][number]): void => {
      const last = conversation.messages.findLast(({ role }) => role === 'assistant');
      const [asked] = chat.waiting(conversation).approvals;
      if (what === 'rewind') return void (last && conversation.rewind(last.id));
      if (what !== 'approve' && what !== 'reject') return void conversation.say(what, { while: what });
      if (!asked) return;
      const answer = chat.decide(conversation, asked.id, { type: what }, stored ? { commit } : {});
      // It may be withdrawn in that very moment.
      decided.push(answer.catch((error: Error) => expect(error.message).toContain('is not in conversation talk')));
    };
    const left = acts.toSorted((one, other) => one.at - other.at);
    for (let round = 0; round < 12; round += 1) {
      let events = 0;
      for await (const event of chat.stream(conversation, { commit })) {
        seen.push(event);
        while (left[0] && left[0].at <= events) doing(left.shift()!);
        events += 1;
      }
      await Promise.all(decided.splice(0));
      if (left.length > 0) doing(left.shift()!);
      else {
        for (const { id } of chat.waiting(conversation).approvals) {
          await chat.decide(conversation, id, { type: 'approve' });
        }
      }
      await Promise.all(decided.splice(0));
      if (next(conversation) === 'nothing' && left.length === 0 && conversation.journal.isEmpty) break;
    }
    return { seen, log, most };
  }

  test('log, reader and conversation have one order, one commit is under way at a time, and every word is answered (D8, D3, L4)', async () => {
    await fc.assert(
      fc.asyncProperty(plan, async (planned) => {
        let ids = 0;
        const conversation = new Conversation({ id: 'talk', now: () => 1, newId: () => `i${(ids += 1)}` });
        conversation.say('Go');
        const { seen, log, most } = await plays(planned, conversation);
        const messages = JSON.stringify(conversation.messages);
        expect(JSON.stringify(apply([], log))).toBe(messages);
        expect(JSON.stringify(apply([], seen))).toBe(messages);
        expect(most).toBe(1);
        expect(next(conversation)).toBe('nothing');
        expect(conversation.messages.at(-1)?.role).not.toBe('user');
      }),
      { numRuns: 300 },
    );
  });
});
