import { useEffect, useLayoutEffect, useReducer } from 'preact/hooks';
import type { Live } from '../client/live.ts';

/** After so long out of sight a tab lets go of what only who looks needs, in milliseconds. */
const patience = 20_000;

/** A view as it is now, rendered anew when it changes; connected for as long as the component is there. */
export function useLive<Snapshot>(live: Pick<Live<Snapshot>, 'subscribe' | 'getSnapshot'>): Snapshot {
  const [, render] = useReducer((count: number) => count + 1, 0);
  useLayoutEffect(() => live.subscribe(() => render(undefined as never)), [live]);
  return live.getSnapshot();
}

/**
 * The same for what nobody needs in a tab that nobody sees: over HTTP/1.1 a browser allows all tabs together six connections
 * to a host, and with the last of them gone nobody could decide any more.
 */
export function useLiveWhileSeen<Snapshot>(live: Live<Snapshot>): Snapshot {
  const [, render] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    let leave: (() => void) | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const come = (): void => {
      leave ??= live.subscribe(() => render(undefined as never));
    };
    const look = (): void => {
      clearTimeout(timer);
      if (!document.hidden) return come();
      timer = setTimeout(() => {
        leave?.();
        leave = undefined;
      }, patience);
    };
    come();
    document.addEventListener('visibilitychange', look);
    return () => {
      document.removeEventListener('visibilitychange', look);
      clearTimeout(timer);
      leave?.();
    };
  }, [live]);
  return live.getSnapshot();
}
