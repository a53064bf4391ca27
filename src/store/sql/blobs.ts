import type { StoredBlob } from '../blob.ts';
import type { ThreadKey } from '../thread.ts';
import type { Database } from './database.ts';
import { shape } from './shape.ts';
import { all, first, run } from './transaction.ts';
import type { Transaction } from './transaction.ts';

/** A blob, and the thread that brings it. */
export interface ThreadBlob extends ThreadKey, StoredBlob {}

/** What an append brings. */
export function blobsOf({
  tenant,
  thread,
  blobs = [],
}: ThreadKey & { readonly blobs?: readonly StoredBlob[] }): readonly ThreadBlob[] {
  return blobs.map((one) => ({ tenant, thread, ...one }));
}

/**
 * Stores blobs that are not there yet, and who refers to them (rule S9). Rows are locked, always in one order: or an erasure
 * that does not see the reference yet would delete them.
 */
export function* blobsWritten(database: Database, blobs: readonly ThreadBlob[]): Transaction<void> {
  for (const one of blobs.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))) {
    if (!(yield* first(kept(database, one)))) yield* run(written(database, one));
    yield* run(referred(database, one));
  }
}

/** Deletes the blobs of a thread which no other thread refers to. */
export function* blobsErased(database: Database, key: ThreadKey): Transaction<void> {
  const digests = (yield* all(released(database, key))).map(({ digest }) => digest);
  for (const digest of digests.toSorted()) {
    const one = { ...key, digest };
    // Whoever is about to refer to it has the row, and is seen when it is locked.
    if (database.locks) yield* first(locked(database, one));
    yield* run(deleted(database, one));
  }
}

/** The bytes of a blob of a thread. */
export function* blob(database: Database, which: Which): Transaction<Uint8Array | undefined> {
  return (yield* first(bytesOf(database, which)))?.bytes;
}

type Which = ThreadKey & Pick<StoredBlob, 'digest'>;

function nameOf({ tenant, digest }: ThreadBlob): string {
  return JSON.stringify([tenant, digest]);
}

/** The bytes are not sent where they are known. */
const kept = shape<Which, unknown>(({ tables, locks }, value) =>
  tables
    .selectFrom('blob')
    .select('digest')
    .where('tenant', '=', value('tenant'))
    .where('digest', '=', value('digest'))
    .$if(locks, (query) => query.forShare()),
);

/** Somebody else may have been quicker: then it is their row that is locked. */
const written = shape<ThreadBlob, unknown>(({ tables }, value) =>
  tables
    .insertInto('blob')
    .values({ tenant: value('tenant'), digest: value('digest'), bytes: value('bytes') })
    .onConflict((conflict) =>
      conflict.columns(['tenant', 'digest']).doUpdateSet(({ ref }) => ({ digest: ref('excluded.digest') })),
    ),
);

const referred = shape<Which, unknown>(({ tables }, value) =>
  tables
    .insertInto('thread_blob')
    .values({ tenant: value('tenant'), thread: value('thread'), digest: value('digest') })
    .onConflict((conflict) => conflict.columns(['tenant', 'thread', 'digest']).doNothing()),
);

const released = shape<ThreadKey, Pick<StoredBlob, 'digest'>>(({ tables }, value) =>
  tables
    .deleteFrom('thread_blob')
    .where('tenant', '=', value('tenant'))
    .where('thread', '=', value('thread'))
    .returning('digest'),
);

const locked = shape<Which, unknown>(({ tables }, value) =>
  tables
    .selectFrom('blob')
    .select('digest')
    .where('tenant', '=', value('tenant'))
    .where('digest', '=', value('digest'))
    .forUpdate(),
);

const deleted = shape<Which, unknown>(({ tables }, value) =>
  tables
    .deleteFrom('blob')
    .where('tenant', '=', value('tenant'))
    .where('digest', '=', value('digest'))
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('thread_blob')
            .select('thread_blob.thread')
            .where('thread_blob.tenant', '=', value('tenant'))
            .where('thread_blob.digest', '=', value('digest')),
        ),
      ),
    ),
);

const bytesOf = shape<Which, Pick<StoredBlob, 'bytes'>>(({ tables }, value) =>
  tables
    .selectFrom('thread_blob')
    .innerJoin('blob', (join) =>
      join.onRef('blob.tenant', '=', 'thread_blob.tenant').onRef('blob.digest', '=', 'thread_blob.digest'),
    )
    .select('blob.bytes')
    .where('thread_blob.tenant', '=', value('tenant'))
    .where('thread_blob.thread', '=', value('thread'))
    .where('thread_blob.digest', '=', value('digest')),
);
