import { useLayoutEffect, useReducer } from 'preact/hooks';
import type { Live } from '../client/live.ts';

/** A live view as it is now, rendered anew when it changes; connected for as long as the component is there. */
export function useLive<Snapshot>(live: Live<Snapshot>): Snapshot {
  const [, render] = useReducer((count: number) => count + 1, 0);
  useLayoutEffect(() => live.subscribe(() => render(undefined as never)), [live]);
  return live.getSnapshot();
}
