import type { NoticeRow } from '../../store/notice.ts';
import type { Store } from '../../store/store.ts';
import { append, asking, begin, equal, key, rejection, word } from './case.ts';
import type { StageCase, StoreUnderTest } from './case.ts';

/** Calls of which people are to be told: given to one process at a time until that says that it has. */
export const noticeCases: readonly StageCase[] = [
  { name: 'a call that waits is to be told of until somebody has', run: toTell },
  {
    name: 'a call that changes is to be told of again, and whoever was telling of it does not settle that',
    run: again,
  },
  {
    name: 'what could not be told is to be tried again later, and by whoever comes when its taker is gone',
    run: later,
  },
  { name: 'calls of tenants that are left out stay as they are, however long they wait', run: leftOut },
  { name: 'nobody is told of a call that is decided, withdrawn or erased', run: gone },
];

const claim = { limit: 10, lease: 60_000 };

async function toTell({ store }: StoreUnderTest): Promise<void> {
  await begin(store);
  await append(store, [word('m1')]);
  equal(await store.takeNotices(claim), [], 'before anything waits');
  await append(store, [...asking('m2', 'c1'), ...asking('m3', 'c2')]);
  const [first] = await store.takeNotices({ ...claim, limit: 1 });
  const [second, ...others] = await store.takeNotices(claim);
  equal([first?.call.id, second?.call.id].toSorted(), ['c1', 'c2'], 'the calls');
  equal(
    [first?.thread.thread, first?.call.state, first?.tries, first?.told],
    ['t1', 'awaiting-approval', 0, undefined],
    'the first',
  );
  equal(others, [], 'others');
  await told(store, first!, 'n1');
  await told(store, second!, 'n2');
  equal(await store.takeNotices(claim), [], 'when all was told');
}

async function again({ store }: StoreUnderTest): Promise<void> {
  await begin(store);
  await append(store, asking('m1', 'c1'));
  const [taken] = await store.takeNotices(claim);
  await changed(store, 'c1', { requirements: [{ reason: 'money', approvers: ['boss'] }] });
  await told(store, taken!, 'n1');
  const [changedRow] = await store.takeNotices(claim);
  equal([changedRow?.told, changedRow?.call.requirements?.[0]?.approvers], ['n1', ['boss']], 'as it is then');
  await told(store, changedRow!, 'n2');
  equal(await store.takeNotices(claim), [], 'then');
}

async function later({ store, wait }: StoreUnderTest): Promise<void> {
  await begin(store);
  await append(store, asking('m1', 'c1'));
  const [taken] = await store.takeNotices({ limit: 10, lease: 20 });
  await wait(40);
  const [second] = await store.takeNotices(claim);
  equal(second?.call.id, 'c1', 'when its taker is gone');
  // Whoever was too slow does not say when it is tried again.
  await store.settleNotice({ ...key, call: 'c1', ticket: taken!.ticket, became: { type: 'again', in: 0, tries: 9 } });
  equal(await store.takeNotices(claim), [], 'while another one has it');
  await store.settleNotice({
    ...key,
    call: 'c1',
    ticket: second!.ticket,
    became: { type: 'again', in: 400, tries: 1 },
  });
  equal(await store.takeNotices(claim), [], 'too early');
  await wait(450);
  equal(
    (await store.takeNotices(claim)).map(({ tries }) => tries),
    [1],
    'later',
  );
}

async function leftOut({ store }: StoreUnderTest): Promise<void> {
  await begin(store);
  await append(store, [...asking('m1', 'c1'), ...asking('m2', 'c2')]);
  const { tenant } = key;
  equal(await store.takeNotices({ ...claim, limit: 1, except: ['another', tenant] }), [], 'of others');
  const taken = await store.takeNotices({ ...claim, except: ['another', `${tenant}'`] });
  equal(
    taken.map(({ call, tries }) => [call.id, tries]).toSorted(),
    [
      ['c1', 0],
      ['c2', 0],
    ],
    'of theirs',
  );
}

async function gone({ store }: StoreUnderTest): Promise<void> {
  await begin(store);
  await append(store, [word('m1'), ...asking('m2', 'c1'), ...asking('m3', 'c2')]);
  await append(store, [rejection('c1')]);
  await append(store, [{ type: 'rewind', message: 'm3' }]);
  equal(await store.takeNotices(claim), [], 'decided and withdrawn');
  await append(store, asking('m4', 'c3'));
  await store.erase(key);
  equal(await store.takeNotices(claim), [], 'erased');
}

async function told(store: Store, { thread, call, ticket }: NoticeRow, name: string): Promise<void> {
  await store.settleNotice({ ...key, thread: thread.thread, call: call.id, ticket, became: { type: 'told', name } });
}

async function changed(store: Store, id: string, change: object): Promise<void> {
  const loaded = (await store.load(key))!;
  const calls = loaded.messages.flatMap(({ parts }) =>
    parts.flatMap((part) => (part.type === 'tool' ? [part.call] : [])),
  );
  const call = calls.find((one) => one.id === id)!;
  const event = { type: 'tool', call: { ...call, ...change, revision: call.revision + 1 } } as const;
  await append(store, [event]);
}
