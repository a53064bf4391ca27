import type { CallPage } from './call-page.ts';
import type { InboxList } from './inbox-list.ts';

/** Goes to another place of the list; false for a key that does not. `height` is that of the screen. */
export function moveInList(list: InboxList, key: string, height: number): boolean {
  const page = Math.max(1, height - 5);
  const steps: Readonly<Record<string, number>> = {
    j: 1,
    down: 1,
    k: -1,
    up: -1,
    pagedown: page,
    pageup: -page,
    home: -Infinity,
    end: Infinity,
  };
  const step = Object.hasOwn(steps, key) ? steps[key] : undefined;
  if (step !== undefined) list.goTo(list.at + step);
  return step !== undefined;
}

/** Goes up or down in a page; false for a key that does not. */
export function moveInPage(page: CallPage, key: string): boolean {
  if (key === 'j' || key === 'down') page.scroll(1);
  else if (key === 'k' || key === 'up') page.scroll(-1);
  else if (key === 'pagedown' || key === 'space') page.scroll('page down');
  else if (key === 'pageup') page.scroll('page up');
  else return false;
  return true;
}
