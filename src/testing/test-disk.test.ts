import { expect, test } from 'vitest';
import { createChat } from '../chat/chat.ts';
import { tool } from '../chat/tool.ts';
import { duplicating } from './duplicating.ts';
import { everyCrash } from './every-crash.ts';
import type { CrashProcess } from './every-crash.ts';
import { recordEvents } from './record-events.ts';
import { scripted } from './scripted.ts';
import { TestCrash, testDisk } from './test-disk.ts';
import { testClock } from './test-clock.ts';
import { testIds } from './test-ids.ts';
import { toolStarts } from './tool-starts.ts';
import { transcript } from './transcript.ts';

const hello = { turnBy: 'answers' } as const;

test('a clock stands until it is turned', () => {
  const clock = testClock('2030-01-01T09:00:00Z');
  clock.advance(1_000);
  expect(new Date(clock.now()).toISOString()).toBe('2030-01-01T09:00:01.000Z');
  clock.set(5);
  expect(clock.now()).toBe(5);
  expect(testClock().now()).toBe(0);
  expect(() => clock.set('tomorrow')).toThrow('"tomorrow" is not a time');
});

test('ids count up, each with its prefix', () => {
  const newId = testIds('m');
  expect([newId(), newId()]).toEqual(['m-1', 'm-2']);
});

test('a disk keeps what was committed, and nothing else', async () => {
  const disk = testDisk({ id: 'talk' });
  const { conversation, commit } = disk.open();
  conversation.say('Hi');
  expect(transcript(disk.open().conversation.messages)).toEqual([]);
  const process = disk.open();
  process.conversation.say('Hi');
  await createChat({ model: scripted(['Hello.']) }).complete(process.conversation, { commit: process.commit });
  expect(disk.text).toBe(JSON.stringify(process.conversation));
  expect(() => commit([])).toThrow(TestCrash);
});

test.each([
  ['before', []],
  ['after', ['user: Hi', 'assistant: Hello.']],
] as const)('a process that dies %s the commit of its answer leaves what was stored', async (moment, stored) => {
  const disk = testDisk();
  disk.crashAt(1, moment);
  const chat = createChat({ model: scripted(['Hello.'], hello) });
  const { conversation, commit } = disk.open();
  conversation.say('Hi');
  const { outline } = await recordEvents(chat.stream(conversation, { commit }));
  expect(outline.at(-1)).toBe('error: fenced');
  expect(disk.crashed).toBe(true);
  const [first] = transcript(disk.open().conversation.messages);
  expect(first).toBe(stored[0]);
  expect(disk.crashed).toBe(false);
});

test('starts are counted by call, with their input, key and attempt', async () => {
  const starts = toolStarts();
  const elsewhere = tool({ description: 'Runs elsewhere', effect: 'read' });
  const send = tool({ description: 'Send', policy: 'allow', run: () => 'Sent.' });
  const calls = [{ name: 'send', input: {} }];
  const chat = createChat({ model: scripted([{ calls }, 'Done.']), tools: starts.watch({ send, elsewhere }) });
  const { conversation } = testDisk({ newId: testIds() }).open();
  conversation.say('Send');
  await chat.complete(conversation);
  const [start] = starts.list;
  expect(start).toEqual({ call: start?.call, name: 'send', input: {}, key: expect.stringMatching(/^yc_/), attempt: 1 });
  expect(starts.of(start!.call)).toBe(1);
  expect(starts.of('another')).toBe(0);
});

test('a decision that arrives twice counts once', async () => {
  const starts = toolStarts();
  const send = tool({ description: 'Send', run: () => 'Sent.' });
  const model = scripted([{ calls: [{ name: 'send', input: {} }] }, 'Done.']);
  const { chat, answers } = duplicating(createChat({ model, tools: starts.watch({ send }) }));
  const { conversation } = testDisk().open();
  conversation.say('Send');
  await chat.complete(conversation);
  const [call] = chat.waiting(conversation).approvals;
  expect(await chat.decide(conversation, call!, { type: 'approve' })).toMatchObject({ type: 'applied' });
  expect(answers.map((both) => both.map(({ type }) => type))).toEqual([['applied', 'already']]);
  await chat.complete(conversation);
  expect(starts.list).toHaveLength(1);
});

test('every crash is played: none, then each commit before and after, and each again in the process that takes over', async () => {
  const crashes: string[] = [];
  const process = async ({ conversation, commit }: CrashProcess): Promise<void> => {
    if (conversation.messages.length === 0) conversation.say('Hi');
    await createChat({ model: scripted(['Hello.'], hello) }).complete(conversation, { commit });
  };
  const plays = await everyCrash(process, (end) => {
    crashes.push(end.crashes.map(({ commit, moment }) => `${moment} ${commit}`).join(', '));
    expect(transcript(end.conversation.messages).at(-1)).toBe('assistant: Hello.');
  });
  expect(crashes.slice(0, 5)).toEqual(['', 'before 1', 'after 1', 'before 2', 'after 2']);
  expect(plays).toBe(crashes.length);
  expect(await everyCrash(process, () => {}, { crashes: 2 })).toBeGreaterThan(plays);
});

test('what fails in a play says where the crash was', async () => {
  const process = async ({ conversation, commit }: CrashProcess): Promise<void> => {
    if (conversation.messages.length === 0) conversation.say('Hi');
    await createChat({ model: scripted(['Hello.']) }).complete(conversation, { commit });
  };
  const failing = everyCrash(process, ({ crashes }) => {
    if (crashes.length > 0) throw new Error('wrong');
  });
  await expect(failing).rejects.toThrow('With a crash before commit 1: wrong');
  const broken = everyCrash(
    () => Promise.reject(new Error('broken')),
    () => {},
  );
  await expect(broken).rejects.toThrow('Without a crash: broken');
  let plays = 0;
  const changing = everyCrash(
    async (given) => {
      if ((plays += 1) === 1) await process(given);
    },
    () => {},
  );
  await expect(changing).rejects.toThrow('the scenario had no commit 1 this time');
});

test('D3: what somebody decides in another process is taken up by the run, before it pauses', async () => {
  const starts = toolStarts();
  const send = tool({ description: 'Send', run: () => 'Sent.' });
  const look = tool({ description: 'Look', effect: 'read', run: () => decided.promise });
  const decided = Promise.withResolvers<string>();
  const calls = ['send', 'look'].map((name) => ({ name, input: {} }));
  const chat = createChat({ model: scripted([{ calls }, 'Done.']), tools: starts.watch({ send, look }) });
  const disk = testDisk({ newId: testIds() });
  const { conversation, commit } = disk.open();
  conversation.say('Send');
  const run = recordEvents(chat.stream(conversation, { commit }));
  while (chat.waiting(conversation).approvals.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  const beside = disk.openBeside();
  const [call] = chat.waiting(beside.conversation).approvals;
  expect(await chat.decide(beside.conversation, call!, { type: 'approve' }, beside)).toMatchObject({ type: 'applied' });
  expect(disk.level).toBe(false);
  decided.resolve('found');
  expect((await run).outline.at(-1)).toBe('done: stop');
  expect([disk.level, starts.of(call!.id)]).toEqual([true, 1]);
  expect(disk.text).toBe(JSON.stringify(conversation));
});
