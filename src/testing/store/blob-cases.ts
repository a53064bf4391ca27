import { sha256 } from '../../conversation/digest.ts';
import type { StoredBlob } from '../../store/blob.ts';
import type { Fence, ThreadKey } from '../../store/thread.ts';
import { append, begin, equal, key, word } from './case.ts';
import type { StageCase, StoreUnderTest } from './case.ts';

/** Big values that stand apart: each once for a tenant, and as long as a thread has it. */
export const blobCases: readonly StageCase[] = [
  { name: 'a blob comes back byte by byte, and may be brought twice (S9)', run: broughtTwice },
  { name: 'a blob is given to its own threads alone (S9, X1)', run: foreign },
  { name: 'an append that is not taken brings no blob (S9, D3)', run: notTaken },
  { name: 'deltas bring blobs too, but not those of who has lost the thread (S9, S4)', run: withDeltas },
  { name: 'a blob goes with its last thread (S9, S7)', run: erased },
];

/** What two processes have to agree upon. */
export const blobBesideCases: readonly StageCase[] = [
  { name: 'a blob that comes while its thread is erased elsewhere is there, or its thread is not (S9)', run: raced },
];

const other: ThreadKey = { tenant: key.tenant, thread: 't2' };

function blobOf(text: string): StoredBlob {
  return { digest: sha256(text), bytes: new TextEncoder().encode(text) };
}

/** Every byte there is, which no text column would hold. */
const anyBytes: StoredBlob = {
  digest: 'f'.repeat(64),
  bytes: Uint8Array.from({ length: 70_000 }, (_, place) => place % 256),
};

async function broughtTwice({ store, beside = store }: StoreUnderTest): Promise<void> {
  await begin(store);
  const blobs = [anyBytes, blobOf('a'), anyBytes];
  equal((await append(store, [word('m1')], { blobs })).type, 'appended', 'the first time');
  equal((await append(store, [word('m2')], { blobs: [anyBytes] })).type, 'appended', 'the second time');
  const bytes = await beside.blob(key, anyBytes.digest);
  equal(bytes && [...bytes], [...anyBytes.bytes], 'its bytes');
  equal(await textOf(beside.blob(key, blobOf('a').digest)), 'a', 'the other one');
}

async function foreign({ store }: StoreUnderTest): Promise<void> {
  const blob = blobOf('secret');
  const rival = { tenant: 'rival', thread: key.thread };
  for (const thread of [key, other, rival]) await begin(store, thread);
  await append(store, [word('m1')], { blobs: [blob] });
  equal(await textOf(store.blob(key, blob.digest)), 'secret', 'its thread');
  equal(await store.blob(other, blob.digest), undefined, 'another thread');
  equal(await store.blob(rival, blob.digest), undefined, 'another tenant');
  equal(await store.blob(key, '0'.repeat(64)), undefined, 'another digest');
  await append(store, [word('m1')], { ...rival, blobs: [blob] });
  equal(await store.erase(rival), 'erased', 'the rival');
  equal(await textOf(store.blob(key, blob.digest)), 'secret', 'what the rival had too');
}

async function notTaken({ store }: StoreUnderTest): Promise<void> {
  const blob = blobOf('late');
  await begin(store);
  await append(store, [word('m1')]);
  equal((await append(store, [word('m2')], { seen: 0, blobs: [blob] })).type, 'refused', 'who has not seen m1');
  const fence = { epoch: 9, nonce: 'x' };
  equal((await append(store, [word('m2')], { fence, blobs: [blob] })).type, 'fenced', 'who does not hold it');
  equal(await store.blob(key, blob.digest), undefined, 'what they brought');
}

async function withDeltas({ store }: StoreUnderTest): Promise<void> {
  for (const thread of [key, other]) {
    await begin(store, thread);
    await append(store, [word('m1')], { ...thread, wake: 'now' });
  }
  const claims: Fence[] = [];
  for (const one of [key, other]) {
    claims.push((await store.claim({ key: one, chats: ['shop'], holder: 'h', lease: 10_000 }))!.fence);
  }
  const told = { id: 'd1', events: [{ type: 'warning', reason: 'x' } as const], seen: 1 };
  const seqs = await store.appendDeltas([
    { ...key, ...told, fence: claims[0]!, blobs: [blobOf('b'), blobOf('a')] },
    { ...other, ...told, fence: { ...claims[1]!, nonce: 'x' }, blobs: [blobOf('lost')] },
  ]);
  equal(seqs, [{ seq: 2, committed: 1 }, undefined], 'where they stand');
  equal(await textOf(store.blob(key, blobOf('a').digest)), 'a', 'what its holder brought');
  equal(await store.blob(other, blobOf('lost').digest), undefined, 'what somebody else brought');
}

async function erased({ store }: StoreUnderTest): Promise<void> {
  const [shared, own] = [blobOf('shared'), blobOf('own')];
  for (const thread of [key, other]) await begin(store, thread);
  await append(store, [word('m1')], { blobs: [shared, own] });
  await append(store, [word('m1')], { ...other, blobs: [shared] });
  equal(await store.erase(key), 'erased', 'the first thread');
  equal(await textOf(store.blob(other, shared.digest)), 'shared', 'what the second has too');
  await begin(store, { ...key, thread: 't3' });
  equal(await store.blob({ ...key, thread: 't3' }, own.digest), undefined, 'in a thread that did not bring it');
  equal(await store.erase(other), 'erased', 'the second thread');
  equal(await store.create({ ...other, chat: 'shop' }), true, 'the same id again');
  equal(await store.blob(other, shared.digest), undefined, 'what is left');
  await append(store, [word('m1')], { ...other, blobs: [shared] });
  equal(await textOf(store.blob(other, shared.digest)), 'shared', 'what is brought anew');
}

async function raced({ store, beside = store }: StoreUnderTest): Promise<void> {
  const blob = blobOf('shared');
  for (let round = 0; round < 20; round += 1) {
    const [gone, kept] = [`gone${round}`, `kept${round}`].map((thread) => ({ ...key, thread })) as [
      ThreadKey,
      ThreadKey,
    ];
    for (const thread of [gone, kept]) await begin(store, thread);
    await append(store, [word('m1')], { ...gone, blobs: [blob] });
    const brings = append(beside, [word('m1')], { ...kept, blobs: [blob] });
    const [erasure, brought] = await Promise.all([store.erase(gone), brings]);
    equal([erasure, brought.type], ['erased', 'appended'], `round ${round}`);
    equal(await textOf(beside.blob(kept, blob.digest)), 'shared', `what was brought in round ${round}`);
    equal(await store.erase(kept), 'erased', `the other thread of round ${round}`);
  }
}

async function textOf(bytes: Promise<Uint8Array | undefined>): Promise<string | undefined> {
  const found = await bytes;
  return found && new TextDecoder().decode(found);
}
