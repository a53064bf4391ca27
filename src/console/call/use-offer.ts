import { useEffect, useState } from 'preact/hooks';
import type { GrantOffer } from '../../conversation/grant-offer.ts';
import { useSession } from '../session.ts';
import { useLive } from '../use-live.ts';
import type { Offered } from './grant-panel.tsx';
import type { ShownCall } from './made-decisions.ts';
import { useWaitingItem } from './waiting-item.ts';

/**
 * What the server offers to grant with an approval; where it refuses, nothing is offered here either. It stands beside what the
 * page holds of the inbox, and is asked for where a call stands behind that.
 */
export function useOffer({ thread, call }: ShownCall): Offered | undefined {
  const { client, inbox } = useSession();
  const { isMore } = useLive(inbox);
  const { item } = useWaitingItem(thread, call);
  const [asked, setAsked] = useState<GrantOffer | undefined>(undefined);
  const isBehind = isMore && !item;
  useEffect(() => {
    setAsked(undefined);
    if (!isBehind) return undefined;
    let isThere = true;
    client.offerGrants(thread, call.id).then(
      (offer) => isThere && setAsked(offer),
      () => {},
    );
    return () => void (isThere = false);
  }, [client, isBehind, thread, call.id, call.revision]);
  const offer = item ? item.grants : asked;
  return offer?.type === 'offered' ? offer : undefined;
}
