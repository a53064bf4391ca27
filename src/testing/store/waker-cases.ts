import type { ClaimedThread, ThreadKey } from '../../store/thread.ts';
import { append, begin, equal, key, word } from './case.ts';
import type { StoreCase } from './case.ts';
import { claim, Ears, eventually, said, snoozed, Taken } from './waker-case.ts';
import type { WakerCase, WakerCaseOptions, WakerStage } from './waker-case.ts';

/**
 * What has to be true of whatever wakes the threads of a store, case by case, to be registered with any test runner.
 *
 * @example
 * for (const { name, run } of wakerCases({ open: () => memoryStore() })) test(name, run);
 */
export function wakerCases(options: WakerCaseOptions): readonly StoreCase[] {
  const { openBeside, whileRefusing, whileLocked } = options;
  const cases = [
    ...alone,
    ...(openBeside ? several : []),
    ...(whileRefusing ? [{ name: 'a wake of a transaction that was undone does not come (S3)', run: undone }] : []),
    ...(whileLocked ? [{ name: 'a wake that finds its thread locked is not lost (S3)', run: locked }] : []),
  ];
  return cases.map(({ name, run }) => ({ name, run: () => runOne(run, options) }));
}

const alone: readonly WakerCase[] = [
  { name: 'who works is woken at once when there is something to do', run: atOnce },
  { name: 'a wake comes at its time, and not before (S2)', run: onTime },
  { name: 'of two wakes of one thread, for now and for later, both come (S3)', run: nowAndLater },
  { name: 'a wake that comes twice, or when all is done, does no harm (S3)', run: twice },
  { name: 'a thread that came due in the archive is woken when it is taken out', run: unarchived },
  { name: 'who has left is not woken', run: left },
];

const several: readonly WakerCase[] = [
  { name: 'who works in another process is woken at once, and at the time', run: beside },
  { name: 'a process that only watches takes no wake from one that works', run: watching },
];

async function runOne(run: WakerCase['run'], options: WakerCaseOptions): Promise<void> {
  const { open, openBeside, wait = sleep, whileRefusing = doNot, whileLocked = doNot } = options;
  const store = await open();
  const beside = (await openBeside?.(store)) ?? store;
  try {
    await run({ store, beside, whileRefusing, whileLocked, wait: async (milliseconds) => wait(milliseconds) });
  } finally {
    if (beside !== store) await beside.close();
    await store.close();
  }
}

/** Where it is not given no case asks for it. */
async function doNot(): Promise<void> {}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

async function atOnce(stage: WakerStage): Promise<void> {
  const ears = new Ears(stage, stage.store);
  await said(stage.store, key.thread);
  await ears.hear();
  equal((await claim(stage.store))?.thread.thread, key.thread, 'what is claimed then');
}

/** Whoever is woken too early finds nothing to claim, and is not woken again. */
async function onTime(stage: WakerStage): Promise<void> {
  const taken = new Taken(stage.store);
  await snoozed(stage.store, 300);
  taken.begin();
  await eventually(stage.wait, { what: 'a wake at the time', look: () => taken.has(key.thread) });
}

async function nowAndLater(stage: WakerStage): Promise<void> {
  const { store, wait } = stage;
  const taken = new Taken(store);
  const ears = new Ears(stage, store);
  const due = await snoozed(store, 2_500);
  taken.begin();
  await append(store, [word('m3')], { wake: 'now' });
  await eventually(wait, { what: 'the wake for now', look: () => taken.has(key.thread) });
  if ((await store.now()) >= due) throw new Error('The wake for now came with the later one.');
  // Nobody has said since that it is due then.
  await ears.hearAt(due);
}

async function twice({ store, wait }: WakerStage): Promise<void> {
  const claims: Promise<void>[] = [];
  const taken: ClaimedThread[] = [];
  const take = async (thread: ThreadKey): Promise<void> => {
    const claimed = await claim(store, thread);
    if (claimed) taken.push(claimed);
  };
  const leave = store.onWake((thread) => claims.push(take(thread), take(thread)));
  await said(store, key.thread);
  await eventually(wait, { what: 'a wake', look: () => taken.length > 0 });
  await append(store, [], { fence: taken[0]!.fence, status: 'done', release: true });
  equal(await claim(store), undefined, 'a wake when all is done');
  leave();
  await Promise.all(claims);
  equal([taken.length, claims.length > 1], [1, true], 'how many had it, and whether several wanted it');
}

async function unarchived(stage: WakerStage): Promise<void> {
  const { store, wait } = stage;
  await snoozed(store, 50);
  await store.update(key, { archived: true });
  await wait(80);
  equal(await claim(store), undefined, 'what is archived');
  const ears = new Ears(stage, store);
  await store.update(key, { archived: false });
  await ears.hear();
  equal((await claim(store))?.thread.thread, key.thread, 'what is claimed then');
}

async function left({ store, ...stage }: WakerStage): Promise<void> {
  const [one, other] = [new Ears({ store, ...stage }, store), new Ears({ store, ...stage }, store)];
  const due = await snoozed(store, 200);
  await one.hear();
  one.leave();
  const before = one.threads.length;
  await other.hearAt(due);
  equal(one.threads.length, before, 'what was heard by who had left');
}

async function beside(stage: WakerStage): Promise<void> {
  const ears = new Ears(stage, stage.beside);
  await ears.open(stage.store);
  const taken = new Taken(stage.beside);
  await snoozed(stage.store, 400);
  taken.begin();
  await eventually(stage.wait, { what: 'a wake at the time', look: () => taken.has(key.thread) });
}

async function watching(stage: WakerStage): Promise<void> {
  const leave = stage.beside.subscribe(() => {});
  const ears = new Ears(stage, stage.store);
  await ears.open(stage.beside);
  const threads = Array.from({ length: 5 }, (_, index) => `w${index}`);
  for (const thread of threads) await said(stage.beside, thread);
  for (const thread of threads) await ears.hear(thread);
  leave();
}

async function undone(stage: WakerStage): Promise<void> {
  const { store, whileRefusing } = stage;
  await begin(store);
  const ears = new Ears(stage, store);
  await ears.open(store);
  let refusals = 0;
  await whileRefusing(store, async () => {
    for (const id of ['m1', 'm2']) {
      await append(store, [word(id)], { wake: 'now' }).catch(() => void (refusals += 1));
    }
  });
  equal([refusals, (await store.load(key))?.thread.seq], [2, 0], 'refusals, and what is stored');
  // What is said behind it is heard behind it.
  await said(store, 'next');
  await ears.hear('next');
  equal(ears.threads.includes(key.thread), false, 'whether it was heard');
}

async function locked(stage: WakerStage): Promise<void> {
  const { store, wait, whileLocked } = stage;
  const ears = new Ears(stage, store);
  const due = await snoozed(store, 200);
  let claiming: Promise<ClaimedThread | undefined> | undefined;
  await whileLocked(store, key, async () => {
    await ears.hearAt(due);
    claiming = claim(store);
    await wait(100);
  });
  equal((await claiming)?.thread.thread, key.thread, 'what is claimed behind the lock');
}
