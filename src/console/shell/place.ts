import { signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';

/** What is looked at. It stands in the fragment of the address, so that each place can be kept, sent and gone back to. */
export type Place =
  | { readonly view: 'chat'; readonly thread?: string }
  | { readonly view: 'inbox'; readonly chosen?: Chosen }
  | { readonly view: 'doubt'; readonly chosen?: Chosen }
  | { readonly view: 'grants' }
  | { readonly view: 'audit'; readonly thread?: string };

/** A call of a thread. */
export interface Chosen {
  readonly thread: string;
  readonly call: string;
}

/** The place that a fragment names; chat for whatever is none. */
export function placeOf(fragment: string): Place {
  const [view = '', thread, call] = fragment.replace(/^#\/?/, '').split('/').map(decoded);
  switch (view) {
    case 'inbox':
    case 'doubt':
      return { view, ...(thread && call && { chosen: { thread, call } }) };
    case 'grants':
      return { view };
    case 'audit':
      return { view, ...(thread && { thread }) };
    case 'thread':
      return { view: 'chat', ...(thread && { thread }) };
    default:
      return { view: 'chat' };
  }
}

/** The fragment that names a place. */
export function fragmentOf(place: Place): string {
  switch (place.view) {
    case 'chat':
      return place.thread === undefined ? '#/' : `#/thread/${encodeURIComponent(place.thread)}`;
    case 'audit':
      return place.thread === undefined ? '#/audit' : `#/audit/${encodeURIComponent(place.thread)}`;
    case 'grants':
      return '#/grants';
    case 'inbox':
    case 'doubt':
      return `#/${[place.view, ...(place.chosen ? [place.chosen.thread, place.chosen.call] : [])].map(encodeURIComponent).join('/')}`;
  }
}

function decoded(piece: string): string {
  try {
    return decodeURIComponent(piece);
  } catch {
    return '';
  }
}

const current = signal(placeOf(location.hash));
addEventListener('hashchange', () => (current.value = placeOf(location.hash)));

/** Where the page is. */
export const place: ReadonlySignal<Place> = current;

/** Goes to a place; `replace` leaves no way back to where it was. */
export function go(to: Place, { replace = false }: { readonly replace?: boolean } = {}): void {
  if (fragmentOf(to) === fragmentOf(current.value)) return;
  if (replace) history.replaceState(null, '', fragmentOf(to));
  else history.pushState(null, '', fragmentOf(to));
  current.value = to;
}

addEventListener('popstate', () => (current.value = placeOf(location.hash)));
