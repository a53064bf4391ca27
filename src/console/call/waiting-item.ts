import { useEffect, useMemo, useState } from 'preact/hooks';
import type { InboxItem } from '../../client/views.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import { useSession } from '../session.ts';
import { useLive } from '../use-live.ts';

/** Whether a call waits for whoever looks. */
export interface WaitingFor {
  /** The call as their inbox has it. */
  readonly item?: InboxItem;
  /** False: for somebody else, as far as is known. */
  readonly isForMe: boolean;
}

/** So long the inbox may be behind the thread, in milliseconds. */
const lag = 1_500;

/** Whether a call that waits does so for whoever looks: it stands in their inbox, or nobody can tell. */
export function useWaitingItem(thread: string, call: ToolCall): WaitingFor {
  const { inbox } = useSession();
  const { items, isMore, status } = useLive(inbox);
  const found = useMemo(
    () => items?.find((item) => item.call.id === call.id && item.thread.id === thread),
    [items, thread, call.id],
  );
  const isUnknown = items === undefined ? status !== 'closed' : isMore;
  const isMissing = useIsLong(!found && !isUnknown);
  // Who has the right to answer alone has no inbox.
  const isAnswered = call.state === 'awaiting-input' || call.state === 'awaiting-result';
  const isForMe = !isMissing || (isAnswered && items === undefined);
  return { isForMe, ...(found && { item: found as InboxItem }) };
}

function useIsLong(isSo: boolean): boolean {
  const [isLong, setIsLong] = useState(false);
  useEffect(() => {
    setIsLong(false);
    if (!isSo) return undefined;
    const timer = setTimeout(() => setIsLong(true), lag);
    return () => clearTimeout(timer);
  }, [isSo]);
  return isSo && isLong;
}
