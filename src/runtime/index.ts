// Chats whose threads are kept.
export { createRuntime } from './runtime.ts';
export type { ReadThread, Runtime, Threads } from './runtime.ts';
export type { Decided } from './decide.ts';
export type { SendOptions, Sent } from './send.ts';
export type { DurableChat, RuntimeOptions } from './options.ts';
export type { WatchedEvent, WatchOptions } from './watch.ts';

// A store that lasts as long as its process.
export { memoryStore } from '../store/memory/index.ts';
export type { MemoryStoreOptions } from '../store/memory/index.ts';

// Write a store: what it promises, and what it is given.
export { admission, isProgress, takesDeltas } from '../store/admission.ts';
export type { Gate } from '../store/admission.ts';
export { joined, waitingStates } from '../conversation/changes.ts';
export type { Changes, StoredCall, StoredMessage, StoredPart } from '../conversation/changes.ts';
export type {
  Append,
  AppendAnswer,
  Claim,
  Page,
  PageQuery,
  Renewal,
  Store,
  ThreadChange,
  ThreadQuery,
  WaitingQuery,
  WaitingRow,
} from '../store/store.ts';
export type { Deltas, LogPage, LogPlace, LogRow, News } from '../store/log.ts';
export type {
  ClaimedThread,
  Fence,
  LoadedThread,
  NewThread,
  Thread,
  ThreadKey,
  ThreadStatus,
} from '../store/thread.ts';
