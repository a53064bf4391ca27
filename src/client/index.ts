// Threads of a server, from a browser or anything else that has `fetch`.
export { createClient } from './client.ts';
export type { Client } from './client.ts';
export type { ClientClock, ClientOptions } from './options.ts';

// The native API, operation by operation.
export type { Api, Choice, InThread, RewindOptions, SayOptions, StreamOptions, WatchedEvent } from './api.ts';
export type {
  Answer,
  AskedView,
  AuditEntry,
  AuditPageQuery,
  BrokenLink,
  CheckedAudit,
  DescribedTool,
  InboxItem,
  Me,
  Page,
  PageQuery,
  ReadView,
  Sent,
  ThreadView,
  Trail,
  TrailEnd,
  WaitingView,
} from './views.ts';

export type { GrantAnswer, GrantOffer, GrantWish, OfferedRule } from '../conversation/grant-offer.ts';
export type { Grant, GrantScope } from '../conversation/grant.ts';

// Threads that are kept up to date.
export type { Live } from './live.ts';
export type { ConnectionState, ConnectionStatus } from './connection.ts';
export type { LiveThread, ThreadSnapshot } from './thread.ts';
export type { InboxQuery, InboxSnapshot, LiveInbox } from './inbox.ts';
export type { Said } from './words.ts';
export type { MessageOf, PartOf, Pending, ToolsOf } from './typed.ts';
