import type { MixedTools } from '../chat/tool.ts';
import { apiOf } from './api.ts';
import type { Api } from './api.ts';
import { liveInbox } from './inbox.ts';
import type { InboxQuery, LiveInbox } from './inbox.ts';
import type { ClientOptions } from './options.ts';
import { requesterOf } from './request.ts';
import { liveThread } from './thread.ts';
import type { LiveThread } from './thread.ts';
import type { SomeTools, ToolsOf } from './typed.ts';

/** A server of threads, as a page sees it: what may be asked of it once, and views that are kept up to date. */
export interface Client<T extends MixedTools = SomeTools> extends Api {
  /** A thread that is kept up to date while somebody listens; the same one for the same id. */
  thread(id: string): LiveThread<T>;
  /** What waits for whoever looks, kept up to date while somebody listens; the same one for the same query. */
  inbox(query?: InboxQuery): LiveInbox<T>;
}

/**
 * Makes a client of the native API of `yourcall/server`, for a browser or anything else that has `fetch`. With the type of
 * the chat, which costs a page nothing, calls and decisions are typed by its tools.
 *
 * @example
 * import type { chat } from './chat.ts';
 * const client = createClient<typeof chat>({ url: '/api' });
 * const thread = client.thread((await client.createThread()).id);
 * thread.subscribe(() => console.log(thread.getSnapshot().messages));
 * await thread.say('Refund order A-17, please.');
 */
export function createClient<C = unknown>(options: ClientOptions): Client<ToolsOf<C>> {
  const api = apiOf(requesterOf(options), options);
  const inbox = kept((name, onClose) => liveInbox<ToolsOf<C>>(JSON.parse(name), api, { ...options, onClose }));
  return {
    ...api,
    thread: kept((id, onClose) => liveThread<ToolsOf<C>>(id, api, { ...options, onClose })),
    inbox: ({ thread, limit } = {}) => inbox(JSON.stringify({ thread, limit })),
  };
}

/** The same view for the same name, until it is closed: for as long as somebody has it or it is connected. */
function kept<View extends object>(make: (name: string, onClose: () => void) => View): (name: string) => View {
  const views = new Map<string, WeakRef<View>>();
  return (name) => {
    const known = views.get(name)?.deref();
    if (known) return known;
    // A connection holds this, and so its view.
    const onClose = (): void => {
      if (views.get(name)?.deref() === view) views.delete(name);
    };
    const view = make(name, onClose);
    views.set(name, new WeakRef(view));
    return view;
  };
}
