import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';

/** So long something has to be where it is before a click on it counts, in milliseconds. */
const settling = 300;

/**
 * Whether what is in a box has been there for a while, so that whoever clicks meant it: it shows the same as before, under the
 * pointer nothing has moved.
 */
export function useSteady(box: RefObject<HTMLElement | null>, name: string): () => boolean {
  const since = useRef(0);
  useLayoutEffect(() => {
    since.current = performance.now();
  }, [name]);
  useEffect(() => {
    if (!box.current) return undefined;
    return watched(box.current, () => (since.current = performance.now()));
  }, [box]);
  return () => performance.now() - since.current >= settling;
}

/** Tells when an element moves while the pointer is on it. */
function watched(element: HTMLElement, onMove: () => void): () => void {
  let frame = 0;
  let place = '';
  const look = (): void => {
    const { top, left } = element.getBoundingClientRect();
    const now = `${Math.round(top)} ${Math.round(left)}`;
    if (place !== '' && now !== place) onMove();
    place = now;
    frame = requestAnimationFrame(look);
  };
  const enter = (): void => {
    cancelAnimationFrame(frame);
    look();
  };
  const leave = (): void => {
    cancelAnimationFrame(frame);
    place = '';
  };
  element.addEventListener('pointerenter', enter);
  element.addEventListener('pointerleave', leave);
  return () => {
    leave();
    element.removeEventListener('pointerenter', enter);
    element.removeEventListener('pointerleave', leave);
  };
}
