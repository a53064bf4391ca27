import type { MixedTools } from '../chat/tool.ts';
import type { NameOf, WaitingCall } from '../chat/types.ts';
import type { GrantWish } from '../conversation/grant-offer.ts';
import type { Api, InThread } from './api.ts';
import type { ConnectionState } from './connection.ts';
import { decideAbout } from './deciding.ts';
import { liveOf } from './live.ts';
import type { Live, LiveOptions, LiveParts } from './live.ts';
import type { DecisionFor } from './typed.ts';
import type { Answer, InboxItem, Page } from './views.ts';

/** Which part of an inbox is looked at. */
export interface InboxQuery extends InThread {
  /** Default: 50, at most 500. */
  readonly limit?: number;
}

/** What waits for whoever looks, the one that waits longest first. */
export interface InboxSnapshot<T extends MixedTools> extends ConnectionState {
  /** Absent until it was read. */
  readonly items?: readonly InboxItem<WaitingCall<T>>[];
  /** Whether more waits than is shown. */
  readonly isMore: boolean;
}

/** An inbox, kept up to date, and what may be done in it. */
export interface LiveInbox<T extends MixedTools> extends Live<InboxSnapshot<T>> {
  /**
   * Decides about what was shown: what is not so any more comes back as `stale`. With an approval something may be granted
   * of what is offered in `item.grants`.
   */
  decide<Name extends NameOf<T>>(
    item: InboxItem<WaitingCall<T> & { readonly name: Name }>,
    decision: DecisionFor<T, Name>,
    grant?: GrantWish,
  ): Promise<Answer>;
}

/** Makes a live view of an inbox. */
export function liveInbox<T extends MixedTools>(query: InboxQuery, api: Api, options: LiveOptions): LiveInbox<T> {
  let page: Page<InboxItem> | undefined;
  const live: LiveParts<InboxSnapshot<T>> = liveOf(
    {
      async follow(signal, onOpen) {
        for await (const next of api.watchInbox({ ...query, signal, onOpen })) {
          signal.throwIfAborted();
          page = sharing(page, next);
          live.change();
        }
      },
      make(state) {
        const snapshot = { ...state, ...(page && { items: page.items }), isMore: page?.next !== undefined };
        // Its calls are of the tools of the chat whose type was given.
        return snapshot as unknown as InboxSnapshot<T>;
      },
    },
    options,
  );
  const { change: _change, flush: _flush, signal, ...view } = live;
  return {
    ...view,
    decide({ thread, call, seen }, decision, grant) {
      const choice = { call: call.id, decision, seen, ...(grant && { grant }) };
      return decideAbout({ thread: thread.id, choice }, api, { ...options, signal });
    },
  };
}

/** What is as it was stays the same object, so that whoever shows it need not look again. */
function sharing(before: Page<InboxItem> | undefined, now: Page<InboxItem>): Page<InboxItem> {
  const known = new Map(before?.items.map((item) => [JSON.stringify(item), item]));
  return { ...now, items: now.items.map((item) => known.get(JSON.stringify(item)) ?? item) };
}
