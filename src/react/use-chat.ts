import { useMemo } from 'react';
import type { MixedTools } from '../chat/tool.ts';
import type { Client } from '../client/client.ts';
import type { ConnectionStatus } from '../client/connection.ts';
import type { LiveThread, ThreadSnapshot } from '../client/thread.ts';
import type { SomeTools, ToolsOf } from '../client/typed.ts';
import type { ReadView, ThreadView } from '../client/views.ts';
import { ChatError } from '../conversation/error.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import type { BrowserTools, SomeBrowserTools } from './browser-tools.ts';
import type { Decided } from '../client/decided.ts';
import { firstView, shownView } from './first-view.ts';
import { useClient } from './provider.ts';
import { useBrowserTools } from './use-browser-tools.ts';
import { useLive } from './use-live.ts';

/** Which thread is shown, and what the page does for it. */
export interface ChatOptions<T extends MixedTools = SomeTools> {
  /** Its id; `useThreads` makes one. */
  readonly thread: string;
  /** The thread as a server has read it: shown until the page is connected. */
  readonly initial?: ReadView;
  /** Run by this page when a call of theirs waits for a result: once, whatever is rendered, and in each tab. */
  readonly tools?: BrowserTools<T>;
  /** Told what became of what such a tool gave: `already` when another tab was first. */
  readonly onToolAnswer?: (call: ToolCall, answer: Decided) => void;
}

/** What may be done in a thread. Each function stays the same for as long as the thread does. */
export interface ChatActions<T extends MixedTools> {
  /** Says something: it stands in `messages` at once, marked as pending. */
  readonly send: LiveThread<T>['say'];
  /** Sends a word again that was given up, by the id that it has in `messages`. */
  readonly resend: LiveThread<T>['resend'];
  /** Takes a word out of `messages` that was given up. */
  readonly discard: LiveThread<T>['discard'];
  /** Decides about a call as it was shown; `useDecision` also says how that goes. */
  readonly decide: LiveThread<T>['decide'];
  /** Stops the run that is under way. False when there was nothing to stop. */
  readonly stop: LiveThread<T>['stop'];
  /** Has a thread tried again that failed. */
  readonly retry: () => Promise<void>;
  /** Connects anew where the connection was closed by what is remedied now. */
  readonly reconnect: () => void;
}

/** A thread as a component shows it. */
export interface ChatView<T extends MixedTools> extends Omit<ThreadSnapshot<T>, 'status' | 'error'>, ChatActions<T> {
  /**
   * How the thread stands: `loading` until it was read, `working` also while a word is on its way, `paused` when only
   * somebody else can move it.
   */
  readonly status: ThreadView['status'] | 'loading';
  readonly connection: ConnectionStatus;
  /** Why there is no connection, or why the last run failed. */
  readonly error?: ChatError;
}

/**
 * A thread, kept up to date while the component is there, and what may be done in it. All components that show one thread
 * share its connection.
 *
 * @example
 * const { messages, status, send } = useChat<typeof chat>({ thread });
 */
export function useChat<C = unknown>({
  thread: id,
  initial,
  tools,
  onToolAnswer,
}: ChatOptions<ToolsOf<C>>): ChatView<ToolsOf<C>> {
  const client = useClient<C>();
  const live = useMemo(() => client.thread(id), [client, id]);
  const first = useMemo(() => firstView<ToolsOf<C>>(initial), [initial]);
  const now = useLive(live, first);
  // Each is given the input of its own calls.
  useBrowserTools(live, { ...(tools && { tools: tools as SomeBrowserTools }), onToolAnswer });
  const actions = useMemo(() => actionsOf(client, live), [client, live]);
  return useMemo(() => ({ ...viewOf(shownView(now, first)), ...actions }), [now, first, actions]);
}

function actionsOf<T extends MixedTools>(client: Client<T>, live: LiveThread<T>): ChatActions<T> {
  const { say: send, resend, discard, decide, stop, reconnect } = live;
  return { send, resend, discard, decide, stop, reconnect, retry: () => client.retryThread(live.id) };
}

function viewOf<T extends MixedTools>(shown: ThreadSnapshot<T>): Omit<ChatView<T>, keyof ChatActions<T>> {
  const { status: connection, error: broken, ...view } = shown;
  const error = broken ?? failureOf(view.thread);
  return { ...view, connection, status: statusOf(shown), ...(error && { error }) };
}

function statusOf({ thread, messages }: ThreadSnapshot<MixedTools>): ChatView<MixedTools>['status'] {
  if (!thread) return 'loading';
  const isOnItsWay = messages.some(({ pending }) => pending && pending.state !== 'failed');
  return isOnItsWay ? 'working' : thread.status;
}

function failureOf(thread: ThreadView | undefined): ChatError | undefined {
  return thread?.error && new ChatError(thread.error, `Answering: the run failed: ${thread.error}.`);
}
