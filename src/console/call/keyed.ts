import { createContext } from 'preact';
import type { Context } from 'preact';

/** Whether keys decide about the call that is shown: there may be many in a page. */
export const KeyedContext: Context<boolean> = createContext(false);

/** Whether the call is the one that a page is about, with where it belongs around it: always open. */
export const AloneContext: Context<boolean> = createContext(false);
