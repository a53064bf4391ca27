import type { ColumnType } from 'kysely';

/**
 * The tables, alike in every database. Ids are text, times are milliseconds since the epoch, and free text stands in JSON,
 * where NUL and half surrogates are escaped (rule E6).
 */
export interface Tables {
  thread: ThreadTable;
  message: MessageTable;
  tool_call: ToolCallTable;
  addressee: AddresseeTable;
  event: EventTable;
  decision: DecisionTable;
  trail: TrailTable;
  blob: BlobTable;
  thread_blob: ThreadBlobTable;
  stall: StallTable;
  standing_grant: GrantTable;
  migration: MigrationTable;
}

/** A thread, and who may advance it. */
export interface ThreadTable {
  tenant: string;
  id: string;
  owner: string | null;
  /** JSON. */
  title: string | null;
  chat: string;
  status: string;
  error: string | null;
  /** Of what is stored: the newest that a writer had (rule S8). */
  format: number;
  /** The last event. */
  seq: number;
  /** The last event that is no delta. */
  committed: number;
  /** The event behind which there are deltas that no commit has taken. */
  deltas_after: number | null;
  /** Since when there are deltas in the log whose place a commit took. */
  superseded_at: number | null;
  epoch: number;
  nonce: string;
  lease_holder: string | null;
  lease_until: number | null;
  wake_at: number | null;
  /** JSON. */
  run: string;
  /** 1 when a stop was asked for, and no run has ended since; 2 when somebody has said something since. */
  stopped: number;
  takeovers: number;
  /** How many places of messages were given. */
  places: number;
  /** Grows with every change in the store: the order of lists, and what another process asks for. */
  changed: number;
  created_at: number;
  updated_at: number;
  archived_at: number | null;
  /** The outermost of the threads that it was opened for; nothing when people speak in it. */
  root: string | null;
  /** JSON: the calls that it was opened for. */
  within: string | null;
  /** 1 when another thread wants it to be looked at, and whoever has it has not. */
  nudged: number;
}

/** A message without its calls. */
export interface MessageTable {
  tenant: string;
  thread: string;
  id: string;
  place: number;
  role: string;
  json: string;
}

/** A call: the truth of where it stands (rule S1). */
export interface ToolCallTable {
  tenant: string;
  thread: string;
  id: string;
  message: string;
  state: string;
  /** When time alone moves it. */
  due_at: number | null;
  /** When somebody is to be told that it waits; nothing when they were, or need not be. */
  tell_at: number | null;
  /** What was told of it last. */
  told: string | null;
  /** How often that was tried since. */
  tries: ColumnType<number, number | undefined, number>;
  /** Since when it waits as it does; nothing when it waits for nobody. */
  since: number | null;
  json: string;
}

/** Whom a call that waits is put to; a row for each of them (rule X1). */
export interface AddresseeTable {
  tenant: string;
  thread: string;
  call: string;
  /** A person or a group, as JSON or by a digest; empty: anybody. */
  name: string;
  /** Who may not decide, as JSON or by a digest; `null`: whoever has no name; empty: nobody. */
  barred: string;
  /** As in the row of the call. */
  since: number;
}

/** Events that were appended together; when there were none, `seq_from` is one more than `seq_to`. */
export interface EventTable {
  tenant: string;
  thread: string;
  seq_from: number;
  seq_to: number;
  /** Names the append (rule E8). */
  append: string;
  /** Who wrote them: the holder while its model speaks, the holder with a commit, or somebody beside. */
  kind: 'delta' | 'step' | 'aside';
  at: number;
  /** A JSON array. */
  json: string;
}

/** What a person has decided, linked to what was decided in its thread before (rule S7). Nothing is changed here but by `erase`. */
export interface DecisionTable {
  tenant: string;
  thread: string;
  place: number;
  at: number;
  who: string;
  /** JSON in its one spelling, of which the digest is made; nothing when the thread was erased. */
  json: string | null;
  /** Nothing when the thread was erased. */
  salt: string | null;
  digest: string;
  link: string;
}

/** Where the decisions of a thread end. It outlives the thread. */
export interface TrailTable {
  tenant: string;
  thread: string;
  entries: number;
  at: number;
  link: string;
  /** 1 when it is kept under a secret. */
  keyed: number;
  salt: string | null;
  erased_at: number | null;
  seal: string;
}

/** A big value, once for a tenant (rule S9). */
export interface BlobTable {
  tenant: string;
  digest: string;
  bytes: Uint8Array;
}

/** Which blobs a thread refers to, or did: they are kept as long as any of these rows is there. */
export interface ThreadBlobTable {
  tenant: string;
  thread: string;
  digest: string;
}

/** A process whose event loop stood still, and how long the last time, in milliseconds (rule E9). */
export interface StallTable {
  holder: string;
  at: number;
  length: number;
}

/** What a person has granted, from a call of a thread. */
export interface GrantTable {
  tenant: string;
  id: string;
  thread: string;
  at: number;
  expires_at: number | null;
  /** The grant. */
  json: string;
}

/** What was done to the tables. */
export interface MigrationTable {
  version: number;
  at: number;
}
