import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { apply } from '../conversation/apply.ts';
import { Conversation } from '../conversation/conversation.ts';
import type { SayOptions } from '../conversation/conversation.ts';
import type { ChatEvent } from '../conversation/event.ts';
import type { Message } from '../conversation/message.ts';
import { next } from '../conversation/next.ts';
import { scripted } from '../testing/scripted.ts';
import type { ScriptedTurn } from '../testing/scripted.ts';
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
