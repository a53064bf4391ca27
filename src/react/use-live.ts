import { useSyncExternalStore } from 'react';
import type { Live } from '../client/live.ts';

/**
 * A live view as it is now, rendered anew when it changes, which is at most once a frame. `first` is what a server renders,
 * and a browser until its page is hydrated: the two have to be alike.
 */
export function useLive<Snapshot>(live: Live<Snapshot>, first: Snapshot): Snapshot {
  return useSyncExternalStore(live.subscribe, live.getSnapshot, () => first);
}
