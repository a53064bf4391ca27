// Chats whose threads are kept.
export { createRuntime } from './runtime.ts';
export type { ReadThread, Runtime, Threads } from './runtime.ts';
export type { ThreadToMake } from './create.ts';
export { askChat } from './ask-chat.ts';
export type { Task } from './ask-chat.ts';
export { withClientTools } from './client-tools.ts';
export type { Decided } from './decide.ts';
export type { DescribedTool } from './described-tool.ts';
export type { InboxQuery, InboxRow } from './inbox.ts';
export type { Rewind } from './rewind.ts';
export type { SendOptions, Sent } from './send.ts';
export type { WordOptions } from './word.ts';
export type { Limits } from '../chat/limits.ts';
export { isBlobReference } from '../conversation/blob.ts';
export type { BlobReference } from '../conversation/blob.ts';
export type { DurableChat, RuntimeOptions } from './options.ts';
export type { WatchedEvent, WatchOptions } from './watch.ts';

// Who decided what.
export { verifyTrail } from '../store/audit/verify.ts';
export type { BrokenLink } from '../store/audit/verify.ts';
export type { AuditEntry, AuditOrder, AuditQuery, Taken, Trail, TrailEnd, TrailQuery } from '../store/audit/trail.ts';
export type { AuditCheck, CheckedTrails } from './audit.ts';

// What people have granted beside their decisions.
export { storeGrants } from './store-grants.ts';
export { grantTaken } from '../conversation/grant.ts';
export type { Grant, GrantScope, GrantStore, GrantTaken, RevokeOptions } from '../conversation/grant.ts';

// Whoever is to be told of what waits.
export { webhook } from './notices/webhook.ts';
export type { WebhookOptions } from './notices/webhook.ts';
export type { Notice } from './notices/notice.ts';
export type { Notifications, Notify } from './notices/options.ts';
export { isToTell } from '../store/notice.ts';
export type { NoticeClaim, NoticeRow, SettledNotice } from '../store/notice.ts';

// A database that was set back.
export { afterRestore } from './after-restore.ts';
export type { Restored } from './after-restore.ts';

// A store that lasts as long as its process.
export { memoryStore } from '../store/memory/index.ts';
export type { MemoryStoreOptions } from '../store/memory/index.ts';

// Write a store: what it promises, and what it is given.
export { admission, isOpening, isProgress, setsWake, takesDeltas } from '../store/admission.ts';
export type { Gate } from '../store/admission.ts';
export { Alarm } from '../store/alarm.ts';
export type { Wake } from '../store/waker.ts';
export { notary } from '../store/audit/notary.ts';
export type { DecisionNews, Notary, Recorded } from '../store/audit/notary.ts';
export { isAddressed } from '../conversation/addressee.ts';
export type { Addressee, Person } from '../conversation/addressee.ts';
export { nudgedBy, openingsOf } from '../store/family.ts';
export type { Opening } from '../store/family.ts';
export { isWaiting, joined } from '../conversation/changes.ts';
export type { DecisionTaken } from '../conversation/taken.ts';
export type { Changes, Inserted, Readdressed, StoredCall, StoredMessage, StoredPart } from '../conversation/changes.ts';
export type {
  Append,
  AppendAnswer,
  Claim,
  Granted,
  Renewal,
  Revocation,
  RevocationAnswer,
  RevokedGrant,
  Stall,
  Store,
  ThreadChange,
  ThreadQuery,
  WaitingQuery,
  WaitingRow,
} from '../store/store.ts';
export type { StoredBlob } from '../store/blob.ts';
export type { Page, PageQuery } from '../store/page.ts';
export type { Deltas, Landed, LogPage, LogPlace, LogRow, News } from '../store/log.ts';
export type {
  CallPlace,
  ClaimedThread,
  Fence,
  LoadedThread,
  NewThread,
  Thread,
  ThreadKey,
  ThreadStatus,
} from '../store/thread.ts';
