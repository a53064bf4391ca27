import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { apply } from '../conversation/apply.ts';
import { Conversation } from '../conversation/conversation.ts';
import { ChatError } from '../conversation/error.ts';
import { isEnd } from '../conversation/event.ts';
import type { ChatEvent } from '../conversation/event.ts';
import type { Message } from '../conversation/message.ts';
import { scripted } from '../testing/scripted.ts';
import type { ScriptedTurn } from '../testing/scripted-turn.ts';
import { createChat } from './chat.ts';
import { afterCommit, drain, sleep, talk, told } from './hostile/kit.ts';
import type { Commit } from './seam.ts';
import { tool } from './tool.ts';
import type { Chat } from './types.ts';

const input = z.object({ n: z.number() });
const call = (name: string, n = 1) => ({ name, input: { n } });

function shop(turns: readonly ScriptedTurn[], options: { concurrency?: number } = {}) {
  const started: string[] = [];
  const run = ({ n }: { n: number }): string => (started.push(String(n)), 'done');
  const tools = {
    pay: tool({ description: 'Pays', input, run }),
    act: tool({ description: 'Acts', input, policy: 'allow', run }),
    look: tool({ description: 'Looks', input, effect: 'read', run }),
  };
  const model = scripted(turns);
  const chat = createChat({ model, tools, retry: () => false, ...options }) as unknown as Chat;
  return { chat, model, started };
}

/** A word that somebody else has stored. */
function word(id: string, text = 'And?'): ChatEvent {
  return { type: 'message', message: { id, role: 'user', parts: [{ type: 'text', text }], at: 1 } };
}

const isState = (state: string) => (event: ChatEvent) => event.type === 'tool' && event.call.state === state;

describe('batches', () => {
  test('a step costs three commits, whatever the number of its calls: opening, answer with starts, results (L7)', async () => {
    const calls = [call('look', 1), call('act', 2), call('pay', 3)];
    const { chat } = shop([{ calls }, 'Done.']);
    const batches: string[][] = [];
    const commit: Commit = (events) => void batches.push(events.map(told));
    await chat.complete(talk('Go'), { commit });
    expect(batches).toEqual([
      ['user', 'assistant'],
      [
        'assistant',
        'step-end',
        'look approved',
        'act approved',
        'pay awaiting-approval',
        'look running',
        'act running',
      ],
      ['look completed', 'act completed'],
      ['paused'],
    ]);
  });

  test('deltas are in none of them: the answer is stored whole (L4)', async () => {
    const { chat } = shop(['one two three']);
    const types = new Set<string>();
    const commit: Commit = (events) => events.forEach(({ type }) => types.add(type));
    const conversation = talk('Go');
    await chat.complete(conversation, { commit });
    expect([...types]).toEqual(['message', 'step-end', 'done']);
  });

  test('no batch is empty, and none begins while another is under way (D3)', async () => {
    const { chat } = shop([{ calls: [call('look', 1), call('look', 2)] }, 'Done.'], { concurrency: 1 });
    let underway = 0;
    const sizes: number[] = [];
    const commit: Commit = async (events) => {
      sizes.push(events.length);
      expect((underway += 1)).toBe(1);
      await sleep(1);
      underway -= 1;
    };
    const conversation = talk('Go');
    for await (const event of chat.stream(conversation, { commit })) {
      if (event.type === 'text') conversation.say('And?', { while: 'interrupt' });
      if (conversation.messages.length > 3) break;
    }
    expect(Math.min(...sizes)).toBeGreaterThan(0);
  });
});

describe('what others stored first', () => {
  test('comes before the batch in the log, and the conversation, the log and the reader come to the same (D3, P6)', async () => {
    const { chat } = shop(['Hello.', 'And hello again.']);
    const conversation = talk('Hi');
    const log: ChatEvent[] = [];
    let isSaid = false;
    const commit: Commit = (batch) => {
      const isFirst = !isSaid && batch.some(({ type }) => type === 'step-end');
      isSaid ||= isFirst;
      log.push(...(isFirst ? [word('other')] : batch));
      return isFirst ? { refused: [word('other')] } : undefined;
    };
    const seen: ChatEvent[] = [];
    const lines = await drain(chat.stream(conversation, { commit }), seen);
    expect(lines.slice(0, 5)).toEqual(['user', 'assistant', 'text Hello.', 'step-end', 'user']);
    expect(log.filter((event) => event.type === 'message' && event.message.id === 'other')).toHaveLength(1);
    const messages = JSON.stringify(conversation.messages);
    expect(JSON.stringify(apply([], log))).toBe(messages);
    expect(JSON.stringify(apply([], seen))).toBe(messages);
  });

  test.each<[string, (event: ChatEvent) => boolean, string[]]>([
    ['the opening of an answer', (event) => told(event) === 'assistant', ['user: And?', 'user: Hi']],
    ['an answer', ({ type }) => type === 'step-end', ['user: Hi']],
    ['the starts of a tool pass', isState('running'), ['user: Hi']],
    ['the results of a tool pass', isState('completed'), ['user: Hi']],
    ['done', ({ type }) => type === 'done', ['user: Hi']],
  ])('makes %s wait: a refused batch is made anew from what holds then (D3)', async (_, wanted, firstAsked) => {
    const { chat, model, started } = shop([{ calls: [call('act')] }, 'Done.', 'And done.']);
    const conversation = talk('Hi');
    const log: ChatEvent[] = [];
    let refusals = 0;
    const commit: Commit = (batch) => {
      if (refusals > 0 || !batch.some(wanted)) return void log.push(...batch);
      refusals += 1;
      log.push(word('other'));
      return { refused: [word('other')] };
    };
    const seen: ChatEvent[] = [];
    await drain(chat.stream(conversation, { commit }), seen);
    expect(refusals).toBe(1);
    expect(seen.filter(isEnd)).toHaveLength(1);
    expect(seen.at(-1)).toMatchObject({ type: 'done' });
    expect(started).toEqual(['1']);
    const asked = model.requests[0]!.messages.map(
      ({ role, parts }) => `${role}: ${parts.map((part) => (part.type === 'text' ? part.text : '')).join('')}`,
    );
    expect(asked).toEqual(firstAsked);
    expect(model.requests.at(-1)!.messages.some(({ id }) => id === 'other')).toBe(true);
    const messages = JSON.stringify(conversation.messages);
    expect(JSON.stringify(apply([], log))).toBe(messages);
    expect(JSON.stringify(apply([], seen))).toBe(messages);
  });

  test('a decision that came before a pause is acted upon instead of it (D3)', async () => {
    const { chat, started } = shop([{ calls: [call('pay')] }, 'Paid.']);
    const conversation = talk('Pay');
    const commit: Commit = (batch) => {
      const [asked] = chat.waiting(conversation).approvals;
      if (!asked || !batch.some(isEnd)) return undefined;
      const { id, name, revision } = asked;
      const decisions = [{ decision: { type: 'approve' }, by: 'ann', at: 1 }] as const;
      const change = { id, name, revision: revision + 1, state: 'approved', by: 'person', decisions } as const;
      return { refused: [{ type: 'tool', call: change }] };
    };
    const lines = await drain(chat.stream(conversation, { commit }));
    expect(lines).not.toContain('paused');
    expect(lines.at(-1)).toBe('done');
    expect(started).toEqual(['1']);
  });

  test('a start that met a stop of somebody else is not made (D3, E7)', async () => {
    const { chat, started } = shop([{ calls: [call('act')] }, 'Never mind.']);
    const conversation = talk('Act');
    let refusals = 0;
    const commit: Commit = (batch) => {
      const start = batch.find(isState('running'));
      if (refusals > 0 || start?.type !== 'tool') return undefined;
      refusals += 1;
      const { id, name } = start.call;
      const { revision } = conversation.findCall(id)!;
      const by = { by: 'supersede', outcome: 'none' } as const;
      return { refused: [{ type: 'tool', call: { id, name, revision: revision + 1, state: 'cancelled', ...by } }] };
    };
    expect(await drain(chat.stream(conversation, { commit }))).toEqual([
      'user',
      'assistant',
      'act proposed',
      'step-end',
      'act cancelled',
      'assistant',
      'text Never ',
      'text mind.',
      'step-end',
      'done',
    ]);
    expect(started).toEqual([]);
  });
});

describe('a commit that throws', () => {
  test('fences the run at whatever batch: its reader gets one error, the log gets no end, and nothing more starts (L3, E3)', async () => {
    const { chat } = shop([{ calls: [call('act')] }, 'Done.']);
    let total = 0;
    await chat.complete(talk('Go'), { commit: () => void (total += 1) });
    for (let failing = 1; failing <= total; failing += 1) {
      const { chat: one, started } = shop([{ calls: [call('act')] }, 'Done.']);
      const batches: string[][] = [];
      const commit: Commit = (events) => {
        batches.push(events.map(told));
        if (batches.length >= failing) throw new Error('the lease is lost');
      };
      const seen: ChatEvent[] = [];
      const lines = await drain(one.stream(talk('Go'), { commit }), seen);
      expect(lines.filter((line) => line.startsWith('error'))).toEqual(['error fenced']);
      expect(lines.at(-1)).toMatch(/^thrown Committing \d events was refused: the lease is lost$/);
      expect(seen.at(-1)).toMatchObject({ code: 'fenced', retryable: false });
      expect(batches).toHaveLength(failing);
      expect(batches.flat().filter((line) => line.startsWith('error'))).toEqual([]);
      const stored = batches.slice(0, -1).flat();
      expect(started.length > 0).toBe(stored.includes('act running'));
    }
  });

  test('with a ChatError of its own keeps it (L3)', async () => {
    const { chat } = shop(['Hello.']);
    const own = new ChatError('overloaded', 'The store is overloaded.', { retryable: true });
    const commit: Commit = () => Promise.reject(own);
    await expect(chat.complete(talk('Go'), { commit })).rejects.toBe(own);
  });

  test('is what a refusal counts as that names nothing that came first (D3)', async () => {
    const { chat } = shop(['Hello.']);
    await expect(chat.complete(talk('Go'), { commit: () => ({ refused: [] }) })).rejects.toMatchObject({
      code: 'fenced',
    });
  });

  test('keeps what was recorded for the next one: a word, and what a tool said (E3, D8)', async () => {
    const { chat, started } = shop([{ calls: [call('act')] }, 'Done.']);
    const conversation = talk('Go');
    const log: ChatEvent[] = [];
    const commit: Commit = (batch) => {
      if (batch.some(isState('completed'))) {
        conversation.say('And?');
        throw new Error('the disk is full');
      }
      log.push(...batch);
    };
    await expect(chat.complete(conversation, { commit })).rejects.toThrow('the disk is full');
    expect(started).toEqual(['1']);
    const batches: string[][] = [];
    await chat.complete(conversation, {
      commit: (batch) => {
        log.push(...batch);
        batches.push(batch.map(told));
      },
    });
    expect(batches[0]?.toSorted()).toEqual(['act completed', 'assistant', 'user']);
    expect(started).toEqual(['1']);
    expect(JSON.stringify(apply([], log))).toBe(JSON.stringify(conversation.messages));
  });
});

describe('a store that folds every batch', () => {
  const turn = fc.oneof(
    fc.constantFrom<ScriptedTurn>('Hello there.', { events: [{ type: 'text', delta: 'cut' }] }),
    fc.record({
      text: fc.constantFrom('', 'So.'),
      calls: fc.array(fc.constantFrom(call('pay'), call('act', 2), call('look', 3), call('nope')), {
        minLength: 1,
        maxLength: 3,
      }),
    }),
  );
  const scenario = fc.record({
    turns: fc.array(turn, { minLength: 1, maxLength: 4 }),
    // What somebody else does, on another machine, before a commit of ours; and how the store tells us.
    others: fc.array(fc.constantFrom('', '', 'word', 'approve', 'reject', 'edit'), { maxLength: 12 }),
    tells: fc.array(fc.constantFrom('refused', 'appended'), { minLength: 1, maxLength: 4 }),
    words: fc.array(fc.record({ at: fc.nat(12), how: fc.constantFrom('queue', 'interrupt') }), {
      maxLength: 3,
    }),
    breaks: fc.array(fc.nat(20), { maxLength: 2 }),
    ticks: fc.nat(4),
  });
  type Scenario = typeof scenario extends fc.Arbitrary<infer Value> ? Value : never;

  /** Rows in order, and another machine that writes too. */
  class Store {
    log: ChatEvent[] = [];
    batches = 0;
    wrong = '';
    readonly #plan: Scenario;
    readonly #chat: Chat;
    readonly #mine: Conversation;

    constructor(plan: Scenario, chat: Chat, mine: Conversation) {
      this.#plan = plan;
      this.#chat = chat;
      this.#mine = mine;
    }

    get messages(): readonly Message[] {
      return apply([], this.log);
    }

    commit: Commit = async (batch) => {
      // What is stored, and this batch, are what the conversation is with it, whatever it has recorded already.
      const copy = afterCommit(this.#mine, batch);
      const stored = apply(this.messages, batch);
      if (JSON.stringify(copy.messages) !== JSON.stringify(stored)) this.wrong ||= `at batch ${this.batches}`;
      for (let tick = 0; tick < this.#plan.ticks; tick += 1) await undefined;
      const { others, tells } = this.#plan;
      const what = others[this.batches] ?? '';
      this.batches += 1;
      const first = what === '' ? [] : await this.#elsewhere(what);
      const ids = new Set(first.flatMap((event) => (event.type === 'tool' ? [event.call.id] : [])));
      const conflicts = batch.some((event) => isEnd(event) || (event.type === 'tool' && ids.has(event.call.id)));
      if (first.length > 0 && (conflicts || tells[this.batches % tells.length] === 'refused')) {
        this.log.push(...first);
        return { refused: first };
      }
      this.log.push(...first, ...batch);
      return first;
    };

    /** Another machine loads what is stored, and speaks or decides. */
    async #elsewhere(what: string): Promise<readonly ChatEvent[]> {
      const id = `other-${this.batches}`;
      if (what === 'word') return [word(id)];
      const copy = new Conversation({ id: 'talk', messages: this.messages, now: () => 2 });
      const [asked] = this.#chat.waiting(copy).approvals;
      if (!asked) return [];
      const first: ChatEvent[] = [];
      const decision =
        what === 'reject' ? { type: 'reject' } : { type: 'approve', ...(what === 'edit' && { input: { n: 9 } }) };
      await this.#chat.decide(copy, asked.id, decision as { type: 'reject' }, {
        by: 'bob',
        commit: (events) => void first.push(...events),
      });
      return first;
    }
  }

  async function play(plan: Scenario): Promise<void> {
    const more = Array.from({ length: 30 }, () => 'The end.');
    const { chat, started } = shop([...plan.turns, ...more], { concurrency: 2 });
    let ids = 0;
    const conversation = new Conversation({ id: 'talk', now: () => 1, newId: () => `i${(ids += 1)}` });
    conversation.say('Go');
    const store = new Store(plan, chat, conversation);
    const words = plan.words.toSorted((one, other) => one.at - other.at);
    const breaks = [...plan.breaks];
    for (let round = 0; round < 20; round += 1) {
      let count = 0;
      let last = '';
      const breakAt = breaks.pop() ?? Infinity;
      try {
        for await (const event of chat.stream(conversation, { commit: store.commit })) {
          last = event.type;
          count += 1;
          if (words[0] && words[0].at < count) conversation.say('And?', { while: words.shift()!.how as 'queue' });
          if (count > breakAt) break;
        }
      } catch (error) {
        // The answers that are cut.
        expect(error).toMatchObject({ code: 'incomplete-response' });
      }
      expect(store.wrong).toBe('');
      if (conversation.journal.isEmpty) {
        expect(JSON.stringify(store.messages)).toBe(JSON.stringify(conversation.messages));
      }
      if (last === 'done') break;
      for (const { id } of chat.waiting(conversation).approvals) {
        await chat.decide(conversation, id, { type: 'approve' }, { by: 'ann', commit: store.commit });
      }
    }
    const calls = conversation.messages.flatMap(({ parts }) => parts.filter(({ type }) => type === 'tool'));
    expect(started.length).toBeLessThanOrEqual(calls.length);
  }

  test('holds what the conversation holds, after every batch, whatever others write meanwhile (P6, D3, E3)', async () => {
    await fc.assert(fc.asyncProperty(scenario, play), { numRuns: 300 });
  });
});
