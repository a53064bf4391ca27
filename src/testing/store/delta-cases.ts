import type { ChatEvent } from '../../conversation/event.ts';
import type { Deltas } from '../../store/log.ts';
import type { Store } from '../../store/store.ts';
import type { Fence, ThreadKey } from '../../store/thread.ts';
import { append, begin, equal, key, logBehind, word } from './case.ts';
import type { StageCase, StoreUnderTest } from './case.ts';

/** What a model says between two commits: read and recovered, but in nobody's way. */
export const deltaCases: readonly StageCase[] = [
  {
    name: 'deltas stand in the log, with numbers and without gaps, and are loaded until a commit takes them (S4, S5)',
    run: spoken,
  },
  { name: 'who appends beside need not have seen deltas, and is not told of them (D3)', run: unseen },
  { name: "of deltas of several threads those fall out alone whose thread is somebody else's (S4)", run: fencedAlone },
  { name: 'deltas that come twice are there once (S4)', run: twice },
  { name: 'who takes a thread over is given what was said and not committed (S4)', run: takenOver },
  { name: 'deltas whose place a commit took are deleted when their time has come, and no others (S5)', run: compacted },
  { name: 'the logs of several threads are read at once, each from its own place (S5)', run: readTogether },
  { name: 'a listener hears of deltas apart from what changes', run: heard },
];

/** A thread with an answer that is being spoken, and the fence of who holds it. */
async function speaking(store: Store, thread: ThreadKey = key, lease = 10_000): Promise<Fence> {
  await begin(store, thread);
  await append(store, [word('m1')], { ...thread, wake: 'now' });
  const claimed = await store.claim({ key: thread, chats: ['shop'], holder: 'h', lease });
  await append(store, [opened], { ...thread, fence: claimed!.fence });
  return claimed!.fence;
}

const opened: ChatEvent = { type: 'message', message: { id: 'm2', role: 'assistant', parts: [], at: 2 } };
const whole: ChatEvent = {
  type: 'message',
  message: { id: 'm2', role: 'assistant', parts: [{ type: 'text', text: 'ab' }], at: 2 },
};

function text(delta: string): ChatEvent {
  return { type: 'text', message: 'm2', part: 0, delta };
}

let count = 0;

function deltas(fence: Fence, events: readonly ChatEvent[], more: Partial<Deltas> = {}): Deltas {
  count += 1;
  return { ...key, id: `d${count}`, events, seen: 2, fence, ...more };
}

async function spoken({ store }: StoreUnderTest): Promise<void> {
  const fence = await speaking(store);
  equal(await store.appendDeltas([deltas(fence, [text('a')])]), [{ seq: 3, committed: 2 }], 'the first');
  await store.appendDeltas([deltas(fence, [text('b'), text('')])]);
  const page = await logBehind(store, 2);
  equal(page, { rows: [row(3, [text('a')]), row(4, [text('b'), text('')])], seq: 5 }, 'the log');
  const loaded = await store.load(key);
  equal([loaded?.deltas, loaded?.thread.seq], [[text('a'), text('b'), text('')], 5], 'what is loaded');
  equal(loaded?.messages.at(-1)?.parts, [], 'the message as it is stored');
  equal(await append(store, [whole], { fence }), { type: 'appended', seq: 6 }, 'the commit');
  const after = await store.load(key);
  equal([after?.deltas, after?.messages.at(-1)?.parts.length], [[], 1], 'what is loaded then');
}

function row(from: number, events: readonly ChatEvent[]): object {
  return { from, to: from + events.length - 1, events };
}

async function unseen({ store }: StoreUnderTest): Promise<void> {
  const fence = await speaking(store);
  await store.appendDeltas([deltas(fence, [text('a')])]);
  const beside = await append(store, [word('m3')], { seen: 2, wake: 'now' });
  equal(beside, { type: 'appended', seq: 4 }, 'a word by who has not seen them');
  const behind = await store.appendDeltas([deltas(fence, [text('b')])]);
  equal(behind, [{ seq: 5, committed: 4 }], 'the next ones, whose writer hears of the word');
  const refused = await append(store, [whole], { seen: 2, fence });
  equal(refused, { type: 'refused', events: [word('m3')], seq: 5, stopped: false }, 'who has not seen the word');
  equal((await store.load(key))?.deltas, [text('a'), text('b')], 'what was spoken around it');
  equal((await append(store, [whole], { fence })).type, 'appended', 'its next try');
}

async function fencedAlone({ store }: StoreUnderTest): Promise<void> {
  const other = { tenant: 'rival', thread: 't2' };
  const fences = [await speaking(store), await speaking(store, other)] as const;
  const gone = { ...key, thread: 'nowhere' };
  const answer = await store.appendDeltas([
    deltas(fences[0], [text('a')]),
    deltas({ ...fences[1], nonce: 'x' }, [text('a')], other),
    deltas(fences[0], [text('a')], gone),
  ]);
  equal(answer, [{ seq: 3, committed: 2 }, undefined, undefined], 'those that fell out');
  equal([(await store.load(key))?.deltas.length, (await store.load(other))?.deltas.length], [1, 0], 'what was said');
}

async function twice({ store }: StoreUnderTest): Promise<void> {
  const other = { ...key, thread: 't2' };
  const fences = [await speaking(store), await speaking(store, other)] as const;
  const first = deltas(fences[0], [text('a')]);
  await store.appendDeltas([first]);
  const landed = await store.appendDeltas([first, deltas(fences[1], [text('b')], other)]);
  const place = { seq: 3, committed: 2 };
  equal(landed, [place, place], 'where they stand');
  equal((await store.load(key))?.deltas, [text('a')], 'what came twice');
  equal((await store.load(other))?.deltas, [text('b')], 'what came with it');
}

async function takenOver({ store, wait }: StoreUnderTest): Promise<void> {
  const fence = await speaking(store, key, 50);
  await store.appendDeltas([deltas(fence, [text('a')])]);
  await wait(80);
  const claimed = await store.claim({ key, chats: ['shop'], holder: 'other', lease: 10_000 });
  equal([claimed?.takeovers, claimed?.deltas], [1, [text('a')]], 'who takes over');
  equal(await store.appendDeltas([deltas(fence, [text('b')])]), [undefined], 'the old holder');
}

async function compacted({ store, wait }: StoreUnderTest): Promise<void> {
  const fence = await speaking(store);
  await store.appendDeltas([deltas(fence, [text('a')])]);
  equal(await store.compact(0), 0, 'before the commit');
  await append(store, [whole], { fence });
  equal(await store.compact(60_000), 0, 'before its time');
  await wait(20);
  equal(await store.compact(10), 1, 'in its time');
  await store.appendDeltas([deltas(fence, [{ ...text('x'), part: 1 } as ChatEvent])]);
  equal(await store.compact(0), 0, 'with nothing to do');
  const rows = (await logBehind(store, 0))?.rows.map(({ from, to }) => [from, to]);
  equal(
    rows,
    [
      [1, 1],
      [2, 2],
      [4, 4],
      [5, 5],
    ],
    'the log',
  );
}

async function readTogether({ store }: StoreUnderTest): Promise<void> {
  const other = { ...key, thread: 't2' };
  for (const thread of [key, other]) {
    await begin(store, thread);
    for (const id of ['m1', 'm2', 'm3']) await append(store, [word(id)], thread);
  }
  const gone = { ...key, thread: 'nowhere' };
  const places = [
    { ...other, after: 2 },
    { ...gone, after: 0 },
    { ...key, after: 0 },
    { ...key, after: 3 },
    { ...key, after: 9 },
  ];
  const pages = await store.read(places, 2);
  const numbers = pages.map((page) => page && [page.rows.map(({ from }) => from), page.seq]);
  equal(
    numbers,
    [[[3], 3], null, [[1, 2], 3], [[], 3], [[], 3]].map((one) => one ?? undefined),
    'the pages',
  );
}

async function heard({ store }: StoreUnderTest): Promise<void> {
  const fence = await speaking(store);
  const news: string[] = [];
  const leave = store.subscribe(({ thread }, what) => news.push(`${thread} ${what}`));
  await store.appendDeltas([deltas(fence, [text('a')])]);
  await append(store, [whole], { fence });
  leave();
  equal([news.includes('t1 deltas'), news.includes('t1 events')], [true, true], 'what was heard');
}
