import { useMemo } from 'react';
import type { MixedTools } from '../chat/tool.ts';
import type { ConnectionStatus } from '../client/connection.ts';
import type { InboxQuery, InboxSnapshot, LiveInbox } from '../client/inbox.ts';
import type { ToolsOf } from '../client/typed.ts';
import { useClient } from './provider.ts';
import { useLive } from './use-live.ts';

/** An inbox as a component shows it. */
export interface InboxView<T extends MixedTools> extends Omit<InboxSnapshot<T>, 'status'> {
  readonly connection: ConnectionStatus;
  /** Decides about what was shown; `useDecision` also says how that goes. */
  readonly decide: LiveInbox<T>['decide'];
  /** Connects anew where the connection was closed by what is remedied now. */
  readonly reconnect: () => void;
}

/** What waits for whoever looks, kept up to date while the component is there. */
export function useInbox<C = unknown>({ thread, limit }: InboxQuery = {}): InboxView<ToolsOf<C>> {
  const client = useClient<C>();
  const live = useMemo(
    () => client.inbox({ ...(thread !== undefined && { thread }), ...(limit !== undefined && { limit }) }),
    [client, thread, limit],
  );
  const now = useLive<InboxSnapshot<ToolsOf<C>>>(live, unread);
  const { decide, reconnect } = live;
  return useMemo(() => {
    const { status: connection, ...view } = now;
    return { ...view, connection, decide, reconnect };
  }, [now, decide, reconnect]);
}

const unread = { status: 'connecting', isMore: false } as const;
