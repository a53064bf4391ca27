import { expect, test } from 'vitest';
import { apply } from '../conversation/apply.ts';
import { Conversation } from '../conversation/conversation.ts';
import { isEnd } from '../conversation/event.ts';
import type { ChatEvent } from '../conversation/event.ts';
import type { Message } from '../conversation/message.ts';
import { outline } from '../testing/outline.ts';
import { recordEvents } from '../testing/record-events.ts';
import { scripted } from '../testing/scripted.ts';
import type { ScriptedModel } from '../testing/scripted.ts';
import { testClock } from '../testing/test-clock.ts';
import { testIds } from '../testing/test-ids.ts';
import { createChat } from './chat.ts';
import type { ModelEvent } from './model.ts';
import { tool } from './tool.ts';
import type { Commit } from './seam.ts';

/** A commit that keeps what it is handed, call by call. */
function log(): { commits: (readonly ChatEvent[])[]; commit: Commit } {
  const commits: (readonly ChatEvent[])[] = [];
  return { commits, commit: (events) => void commits.push(events) };
}

function said(): Conversation {
  const conversation = new Conversation({ newId: testIds() });
  conversation.say('Hi');
  return conversation;
}

const look = tool({ description: 'Look', effect: 'read', run: () => 'found' });
const pay = tool({ description: 'Pay', run: () => 'paid' });
const calling = (...names: readonly string[]) => ({ calls: names.map((name) => ({ name, input: {} })) });

test('L3: each run commits one end, whichever it is, and no commit is empty', async () => {
  const { commits, commit } = log();
  const model = scripted([calling('pay', 'look'), 'Paid.', { error: new Error('broken') }]);
  const chat = createChat({ model, tools: { look, pay } });
  const conversation = said();
  expect(await chat.complete(conversation, { commit })).toMatchObject({ type: 'paused' });
  await chat.decide(conversation, chat.waiting(conversation).approvals[0]!, { type: 'approve' }, { commit });
  expect(await chat.complete(conversation, { commit })).toMatchObject({ type: 'done' });
  conversation.say('And?');
  await expect(chat.complete(conversation, { commit })).rejects.toThrow('broken');
  expect(
    commits
      .flat()
      .filter(isEnd)
      .map(({ type }) => type),
  ).toEqual(['paused', 'done', 'error']);
  expect(commits.filter((events) => events.length === 0)).toEqual([]);
});

test('before a hook is asked all that was told is stored, and one that fails at once ends the run (L3)', async () => {
  const { commits, commit } = log();
  const slow: Commit = async (events) => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    void commit(events);
  };
  const denied = tool({ description: 'Never', policy: 'deny', run: () => 'done' });
  const stored: (readonly string[])[] = [];
  const seen = (): void => void stored.push(outline(commits.at(-1) ?? []).slice(-1));
  const chat = (fails: boolean) =>
    createChat({
      model: scripted([calling('denied'), 'As you like.'], { turnBy: 'answers' }),
      tools: { denied },
      step: async ({ number }) => {
        seen();
        if (fails && number === 2) throw new Error('broken hook');
      },
      after: async () => seen(),
    });
  await chat(false).complete(said(), { commit: slow });
  expect(stored.slice(-2)).toEqual([['tool denied: denied'], ['step-end: stop']]);
  await expect(chat(true).complete(said(), { commit: slow })).rejects.toMatchObject({ code: 'hook-failed' });
  expect(outline(commits.at(-1)!)).toEqual(['error: hook-failed']);
});

/** A commit before which somebody else has stored something. */
function behind(others: readonly ChatEvent[], then: Commit): Commit {
  let isFirst = true;
  return (events) => {
    if (!isFirst) return then(events);
    isFirst = false;
    return { refused: others };
  };
}

test('what a frozen machine stores of its tool comes before a doubt about it, and the run goes on (E3, D3)', async () => {
  const before = log();
  const once = tool({ description: 'Once', effect: 'once', policy: 'allow', run: () => 'done' });
  const chat = createChat({ model: scripted([calling('once'), 'Done.'], { turnBy: 'answers' }), tools: { once } });
  await chat.complete(said(), { commit: before.commit });
  const starts = before.commits.findIndex((events) => outline(events).includes('tool once: running'));
  const conversation = new Conversation({
    id: 'other',
    messages: apply([], before.commits.slice(0, starts + 1).flat()),
  });
  const { commits, commit } = log();
  const outcome = before.commits[starts + 1]!;
  expect(outline(outcome)).toContain('tool once: completed');
  const settled = outcome.filter(({ type }) => type === 'tool');
  expect(await chat.complete(conversation, { commit: behind(settled, commit) })).toMatchObject({ type: 'done' });
  expect(outline(commits.flat())).not.toContain('tool once: in-doubt');
});

test('a decision that is stored elsewhere comes before an expiry, and what it approved runs (D3, D7)', async () => {
  const clock = testClock();
  let runs = 0;
  const soon = tool({ description: 'Soon', policy: () => ({ ask: { expiresIn: 1_000 } }), run: () => (runs += 1) });
  const chat = createChat({ model: scripted([calling('soon'), 'Done.'], { turnBy: 'answers' }), tools: { soon } });
  const first = new Conversation({ newId: testIds(), now: clock.now });
  first.say('Hi');
  const here = log();
  await chat.complete(first, { commit: here.commit });
  const copy = (): Conversation => Conversation.parse(JSON.stringify(first), { now: clock.now });
  const elsewhere = log();
  const [there, late] = [copy(), copy()];
  await chat.decide(there, chat.waiting(there).approvals[0]!, { type: 'approve' }, { commit: elsewhere.commit });
  clock.advance(2_000);
  await chat.complete(late, { commit: behind(elsewhere.commits.flat(), log().commit) });
  expect([runs, late.messages[1]!.parts]).toMatchObject([1, [{ call: { state: 'completed' } }]]);
});

test('nothing transient is committed, and the message comes whole in its place', async () => {
  const { commits, commit } = log();
  await createChat({ model: scripted(['Hello you.']) }).complete(said(), { commit });
  expect(commits.map(outline)).toEqual([
    ['user: Hi', 'assistant'],
    ['assistant', 'step-end: stop', 'done: stop'],
  ]);
  const [opened] = commits[1]!;
  expect(opened).toMatchObject({ message: { parts: [{ type: 'text', text: 'Hello you.' }] } });
});

test('L3, E8: a holder that was refused commits nothing more, not even its end', async () => {
  let asked = 0;
  const refuse = (): never => {
    asked += 1;
    throw new Error('disk full');
  };
  const { outline: lines, error } = await recordEvents(
    createChat({ model: scripted(['Hello.']) }).stream(said(), { commit: refuse }),
  );
  expect(lines.at(-1)).toBe('error: fenced');
  expect(error).toMatchObject({
    code: 'fenced',
    message: expect.stringContaining('disk full'),
    cause: expect.any(Error),
  });
  expect(asked).toBe(1);
});

test('what was said before a refusal is handed to the next commit, once', async () => {
  const { commits, commit } = log();
  const conversation = said();
  const chat = createChat({ model: scripted(['Hello.', 'Hello.']) });
  const refuse = (): never => {
    throw new Error('disk full');
  };
  await expect(chat.complete(conversation, { commit: refuse })).rejects.toThrow('disk full');
  await chat.complete(conversation, { commit });
  const words = commits.flat().filter((event) => event.type === 'message' && event.message.role === 'user');
  expect(words).toHaveLength(1);
});

test('L3: what was warned of before a refusal is handed to the next commit, once', async () => {
  const { commits, commit } = log();
  const conversation = said();
  const warning: ModelEvent = { type: 'warning', reason: 'slow' };
  const answer = { events: [warning, { type: 'text', delta: 'Hel' }, { type: 'finish', reason: 'stop' }] } as const;
  const chat = createChat({ model: scripted([answer, 'Hello.']) });
  const refuse = (events: readonly ChatEvent[]): void => {
    if (events.some(({ type }) => type === 'step-end')) throw new Error('disk full');
  };
  await expect(chat.complete(conversation, { commit: refuse })).rejects.toThrow('disk full');
  await chat.complete(conversation, { commit });
  expect(commits.flat().filter(({ type }) => type === 'warning')).toEqual([warning]);
});

test('E3: a refused commit signals the tools that run, and what they say then is kept', async () => {
  const works = tool({
    description: 'Works until it is stopped',
    policy: 'allow',
    run: (_, { signal }) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => resolve('half'));
      }),
  });
  const refuse = (events: readonly ChatEvent[]): void => {
    if (events.some((event) => event.type === 'tool' && event.call.state === 'completed')) throw new Error('disk full');
  };
  const conversation = said();
  const chat = createChat({ model: scripted([calling('look', 'works')]), tools: { look, works } });
  const { outline: lines } = await recordEvents(chat.stream(conversation, { commit: refuse }));
  expect(lines.at(-1)).toBe('error: fenced');
  expect(conversation.messages[1]).toMatchObject({
    parts: [{ call: { state: 'completed' } }, { call: { state: 'completed', output: 'half' } }],
  });
});

/** A model that says a word, and the next one when it is told to. */
function slow(): { model: ScriptedModel; goOn: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const events = [{ type: 'text', delta: 'Hel' }, promise, { type: 'text', delta: 'lo.' }, finish] as const;
  return { model: scripted([{ events }, 'And hello.']), goOn: resolve };
}

const finish = { type: 'finish', reason: 'stop' } as const;

test('E3, D8: a word that cannot be stored while a model speaks ends the run, and the model is not waited for', async () => {
  const refuse = (events: readonly ChatEvent[]): void => {
    if (events.some((event) => event.type === 'message' && event.message.role === 'user' && event.message.at > 0))
      throw new Error('disk full');
  };
  const conversation = new Conversation({ newId: testIds(), now: () => now });
  let now = 0;
  conversation.say('Hi');
  now = 1;
  const lines: string[] = [];
  const run = (async () => {
    for await (const event of createChat({ model: slow().model }).stream(conversation, { commit: refuse })) {
      lines.push(event.type);
      if (event.type === 'text') conversation.say('And?');
    }
  })();
  await expect(run).rejects.toThrow('disk full');
  expect(lines.at(-1)).toBe('error');
});

test('D8: words that come together while a model speaks are stored as they came, and nothing is stored for nothing', async () => {
  const { model, goOn } = slow();
  const { commits, commit } = log();
  const late: Commit = async (events) => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    void commit(events);
  };
  const conversation = said();
  for await (const event of createChat({ model }).stream(conversation, { commit: late })) {
    if (event.type !== 'text' || event.delta !== 'Hel') continue;
    for (const word of ['One', 'Two', 'Three']) conversation.say(word);
    setTimeout(goOn, 20);
  }
  expect(commits.map(outline).slice(0, 4)).toEqual([
    ['user: Hi', 'assistant'],
    ['assistant', 'user: One'],
    ['assistant', 'user: Two', 'user: Three'],
    ['assistant', 'step-end: stop', 'assistant'],
  ]);
});

test('E7: the first reason for which a run is stopped counts, and after it nothing is stored but what it comes to', async () => {
  const { model } = slow();
  const { commits, commit } = log();
  const stop = new AbortController();
  const conversation = said();
  for await (const event of createChat({ model }).stream(conversation, { commit, signal: stop.signal })) {
    if (event.type !== 'text') continue;
    stop.abort(new Error('enough'));
    conversation.say('And?');
    break;
  }
  expect(commits.map(outline)).toEqual([
    ['user: Hi', 'assistant'],
    ['assistant', 'user: And?', 'reset: kept'],
    ['error: aborted'],
  ]);
  expect(commits.at(-1)).toMatchObject([{ message: 'The run was stopped: enough' }]);
});

test('D3: what others appended is applied and told, and taken up in the same run', async () => {
  const word: Message = { id: 'theirs', role: 'user', parts: [{ type: 'text', text: 'Stop.' }], at: 1 };
  let handed = false;
  const commit: Commit = (events) => {
    if (handed || !events.some(({ type }) => type === 'step-end')) return undefined;
    handed = true;
    return { refused: [{ type: 'message', message: word }] };
  };
  const conversation = said();
  const chat = createChat({ model: scripted(['Hello.', 'I stop.']) });
  const { outline: lines } = await recordEvents(chat.stream(conversation, { commit }));
  expect(lines).toEqual([
    'user: Hi',
    'assistant',
    'text: Hello.',
    'step-end: stop',
    'user: Stop.',
    'assistant',
    'text: I stop.',
    'step-end: stop',
    'done: stop',
  ]);
  expect(conversation.messages.map(({ id }) => id)).toContain('theirs');
});

test('D3: a refusal that names nothing that came first ends the run, and is not tried for ever', async () => {
  const chat = createChat({ model: scripted(['Hello.']) });
  const run = recordEvents(chat.stream(said(), { commit: () => ({ refused: [] }) }));
  expect((await run).error).toMatchObject({
    code: 'fenced',
    message: expect.stringContaining('nothing had come first'),
  });
});

test('D3: a commit that is refused because others came first is made anew of what holds then', async () => {
  const word: Message = { id: 'theirs', role: 'user', parts: [{ type: 'text', text: 'Wait.' }], at: 1 };
  const { commits, commit } = log();
  let refused = false;
  const late: Commit = (events) => {
    if (refused || !events.some(isEnd)) return commit(events);
    refused = true;
    return { refused: [{ type: 'message', message: word }] };
  };
  const conversation = said();
  const chat = createChat({ model: scripted(['Hello.', 'I wait.']) });
  expect(await chat.complete(conversation, { commit: late })).toMatchObject({ type: 'done', text: 'I wait.' });
  expect(commits.flat().filter(isEnd)).toHaveLength(1);
  expect(conversation.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user', 'assistant']);
});
