import { contentAfter } from '../../conversation/changes.ts';
import { freshRun } from '../../conversation/draft.ts';
import type { ChatEvent } from '../../conversation/event.ts';
import type { Append } from '../../store/store.ts';
import { append, asking, begin, equal, key, logBehind, word } from './case.ts';
import type { StageCase, StoreUnderTest } from './case.ts';

/** How a thread changes: all of an append or nothing of it, once, and only for who has seen everything. */
export const appendCases: readonly StageCase[] = [
  {
    name: 'what was appended is loaded as the fold has it, and stands in the log without gaps (S1, S5)',
    run: folded,
  },
  { name: 'the log is read from any place on, in pieces', run: inPieces },
  { name: 'an append that comes twice is there once, and answered alike (E8)', run: twice },
  { name: 'who has not seen the last event is refused, told of it, and changes nothing (D3)', run: behind },
  { name: 'who has seen events that are not there is refused: the thread was set back since (E8)', run: ahead },
  { name: 'of many who append at once one is first (D3)', run: atOnce },
  { name: 'a message that is withdrawn takes its calls along', run: withdrawn },
  { name: 'a message that stands behind another one keeps its place, whatever is appended since', run: inserted },
  { name: 'text of any kind comes back as it was (E6)', run: anyText },
];

async function folded({ store }: StoreUnderTest): Promise<void> {
  await begin(store);
  const events = [word('m1'), ...asking('m2', 'c1')];
  equal(await append(store, events), { type: 'appended', seq: 5 }, 'append');
  const more = [
    { type: 'tool', call: { id: 'c1', name: 'pay', revision: 3, state: 'rejected', reason: 'no' } },
  ] as const;
  equal(await append(store, more), { type: 'appended', seq: 6 }, 'the next append');
  const { after } = contentAfter({ messages: [], run: freshRun }, [...events, ...more]);
  const loaded = await store.load(key);
  equal(loaded?.messages, after.messages, 'messages');
  equal(loaded?.run, after.run, 'run');
  const log = await logBehind(store, 0);
  equal(
    log?.rows.flatMap((row) => row.events),
    [...events, ...more],
    'the log',
  );
  equal(
    log?.rows.map(({ from, to }) => [from, to]),
    [
      [1, 5],
      [6, 6],
    ],
    'its numbers',
  );
}

async function inPieces({ store }: StoreUnderTest): Promise<void> {
  await begin(store);
  for (const id of ['m1', 'm2', 'm3']) await append(store, [word(id)]);
  equal(
    (await logBehind(store, 1, 1))?.rows.map(({ from }) => from),
    [2],
    'one row behind the first',
  );
  equal(await logBehind(store, 3), { rows: [], seq: 3 }, 'nothing behind the last');
}

async function twice({ store }: StoreUnderTest): Promise<void> {
  await begin(store);
  const again: Append = { ...key, id: 'same', events: [word('m1')], seen: 0, ...changesOf([word('m1')]) };
  equal(await store.append(again), { type: 'appended', seq: 1 }, 'the first time');
  await append(store, [word('m2')]);
  equal(await store.append(again), { type: 'appended', seq: 1 }, 'the second time');
  equal(
    (await store.load(key))?.messages.map(({ id }) => id),
    ['m1', 'm2'],
    'messages',
  );
}

async function behind({ store }: StoreUnderTest): Promise<void> {
  await begin(store);
  await append(store, [word('m1')]);
  const answer = await append(store, [word('m2')], { seen: 0 });
  equal(answer, { type: 'refused', events: [word('m1')], seq: 1, stopped: false }, 'the answer');
  const loaded = await store.load(key);
  equal([loaded?.messages.length, loaded?.thread.seq], [1, 1], 'the thread');
}

async function atOnce({ store }: StoreUnderTest): Promise<void> {
  await begin(store);
  const one = (i: number): Append => ({
    ...key,
    id: `r${i}`,
    events: [word(`m${i}`)],
    seen: 0,
    ...changesOf([word(`m${i}`)]),
  });
  const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => store.append(one(i))));
  equal(answers.filter(({ type }) => type === 'appended').length, 1, 'how many were taken');
  equal(answers.filter(({ type }) => type === 'refused').length, 19, 'how many were refused');
  equal((await store.load(key))?.messages.length, 1, 'messages');
}

async function ahead({ store }: StoreUnderTest): Promise<void> {
  await begin(store);
  await append(store, [word('m1')]);
  const answer = await append(store, [word('m3')], { seen: 2 });
  equal(answer, { type: 'refused', events: [], seq: 1, stopped: false }, 'the answer');
  equal((await store.load(key))?.messages.length, 1, 'messages');
}

async function inserted({ store }: StoreUnderTest): Promise<void> {
  await begin(store);
  await append(store, [word('m1'), word('m3'), word('m4')]);
  const answer = (id: string, behind?: string): ChatEvent => ({
    type: 'message',
    message: { id, role: 'assistant', parts: [], at: 2 },
    ...(behind !== undefined && { behind }),
  });
  await append(store, [answer('m2', 'm1'), word('m5')]);
  await append(store, [answer('m2b', 'm2'), answer('m5b', 'm5'), answer('m6', 'nobody')]);
  await append(store, [answer('m2', 'm4'), word('m7')]);
  equal(
    (await store.load(key))?.messages.map(({ id }) => id),
    ['m1', 'm2', 'm2b', 'm3', 'm4', 'm5', 'm5b', 'm6', 'm7'],
    'messages',
  );
}

async function withdrawn({ store }: StoreUnderTest): Promise<void> {
  await begin(store);
  await append(store, [word('m1'), ...asking('m2', 'c1'), word('m3')]);
  await append(store, [{ type: 'rewind', message: 'm2' }]);
  equal(
    (await store.load(key))?.messages.map(({ id }) => id),
    ['m1'],
    'messages',
  );
  equal((await store.waiting({ tenant: key.tenant })).items, [], 'what waits');
  await append(store, [word('m4')]);
  equal(
    (await store.load(key))?.messages.map(({ id }) => id),
    ['m1', 'm4'],
    'their order',
  );
}

async function anyText({ store }: StoreUnderTest): Promise<void> {
  await begin(store);
  const text = 'NUL \u0000, half a pair \ud800, \u2028, "quotes", \\, 漢字 🙂';
  await append(store, [word('m1', text)]);
  equal((await store.load(key))?.messages[0]?.parts, [{ type: 'text', text }], 'the text');
  equal((await logBehind(store, 0))?.rows[0]?.events, [word('m1', text)], 'its event');
}

function changesOf(events: Append['events']): ReturnType<typeof contentAfter>['changes'] {
  return contentAfter({ messages: [], run: freshRun }, events).changes;
}
