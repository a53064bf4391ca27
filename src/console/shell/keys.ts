import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';

/** A key that does something while what offers it is there. */
export interface Key {
  /** As `KeyboardEvent.key`, such as `j` or `Enter`; with `g ` before it, pressed behind a `g`. */
  readonly key: string;
  /** What it does, for the list of keys. */
  readonly does: string;
  readonly run: () => void;
  /** False: it does nothing now, but stands in the list. Default: true. */
  readonly isOn?: boolean;
}

const offered = signal<readonly { readonly current: readonly Key[] }[]>([]);

/** The keys that do something now, the innermost first. */
export function keysNow(): readonly Key[] {
  const known = new Set<string>();
  return offered.value.flatMap(({ current }) => current).filter(({ key }) => !known.has(key) && known.add(key));
}

/** Offers keys for as long as the component is there; those of an inner one come before those of what is around it. */
export function useKeys(keys: readonly Key[]): void {
  const held = useRef(keys);
  held.current = keys;
  useEffect(() => {
    offered.value = [held, ...offered.value];
    return () => {
      offered.value = offered.value.filter((one) => one !== held);
    };
  }, []);
}

let isBehindG = false;

/** Runs what a pressed key does, unless somebody writes, or it is a shortcut of the browser. */
export function pressed(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const { target } = event;
  if (event.key !== 'Escape' && target instanceof Element && (isWritten(target) || presses(event.key, target))) return;
  const name = isBehindG ? `g ${event.key}` : event.key;
  isBehindG = !isBehindG && event.key === 'g';
  const found = keysNow().find(({ key, isOn = true }) => key === name && isOn);
  if (!found) return;
  event.preventDefault();
  found.run();
}

/** A button or a link has keys of its own. */
function presses(key: string, target: Element): boolean {
  return (key === 'Enter' || key === ' ') && target.closest('button, a[href], summary') !== null;
}

/** Keys are letters here. What was in a dialog may have the focus for a moment after it was closed. */
function isWritten(target: Element): boolean {
  return (
    target.closest('input:not([type="checkbox"]), textarea, select, [contenteditable="true"], dialog[open]') !== null
  );
}
