import { signal } from '@preact/signals';
import { createContext } from 'preact';
import type { Context } from 'preact';

/** Whether what is long is shown whole, and what shows it. */
export interface Unfolding {
  readonly isOpen: boolean;
  readonly open: () => void;
}

/** Around whatever may be folded; without it all is shown. */
export const UnfoldingContext: Context<Unfolding> = createContext<Unfolding>({ isOpen: true, open() {} });

const opened = signal<ReadonlyMap<string, boolean>>(new Map());

/** Whether what a person is shown under this name was unfolded once (rule X5). An edit is something else to be shown. */
export function wasUnfolded(name: string): boolean {
  return opened.value.has(name);
}

/** How it is shown now. */
export function unfoldingOf(name: string): Unfolding {
  return { isOpen: opened.value.get(name) === true, open: () => unfold(name) };
}

/** Shows it whole. */
export function unfold(name: string, isOpen = true): void {
  opened.value = new Map(opened.value).set(name, isOpen);
}
