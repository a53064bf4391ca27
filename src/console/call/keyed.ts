import { createContext } from 'preact';
import type { Context } from 'preact';

/** Whether keys decide about the call that is shown: there may be many in a page. */
export const KeyedContext: Context<boolean> = createContext(false);
