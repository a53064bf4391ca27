'use client';
// Threads and inbox of a server in a React application: `yourcall/client` as hooks.
export { ChatProvider, useClient } from './provider.ts';
export type { ChatProviderProps, SomeClient } from './provider.ts';
export { useChat } from './use-chat.ts';
export type { ChatActions, ChatOptions, ChatView } from './use-chat.ts';
export type { BrowserToolContext, BrowserTools } from './browser-tools.ts';
export { useInbox } from './use-inbox.ts';
export type { InboxView } from './use-inbox.ts';
export { useDecision } from './use-decision.ts';
export type { Decided } from '../client/decided.ts';
export type { DecisionOn, DecisionView, ShownCall } from './use-decision.ts';
export type { DecisionType } from '../client/offers.ts';
export { useThreads } from './use-threads.ts';
export type { ThreadsActions } from './use-threads.ts';
export type { ThreadsQuery, ThreadsSnapshot } from '../client/thread-list.ts';
