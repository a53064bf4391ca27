import { computed, signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import { createContext } from 'preact';
import type { Context } from 'preact';
import { useContext } from 'preact/hooks';
import { createClient } from '../client/client.ts';
import type { Client } from '../client/client.ts';
import type { LiveInbox } from '../client/inbox.ts';
import type { SomeTools } from '../client/typed.ts';
import type { Me } from '../client/views.ts';
import { ChatError } from '../conversation/error.ts';

/** The server that a page talks to, and as whom. */
export interface Session {
  readonly client: Client;
  /** What waits for whoever looks: one connection for the whole page. */
  readonly inbox: LiveInbox<SomeTools>;
  /** Who the server takes this page for: nothing until it has answered, or why it does not say. */
  readonly me: ReadonlySignal<Me | ChatError | undefined>;
  /** Asks the server anew who this page is. */
  readonly introduce: () => void;
  /** Whether a token was given to the page; it says nothing of whether the server takes it. */
  readonly hasToken: ReadonlySignal<boolean>;
  /** Takes a token, and connects anew with it. */
  readonly signIn: (token: string) => void;
}

/** How many waiting calls the page holds at once; more are read when they are looked at. */
const mostWaiting = 500;
const tokenKey = 'yourcall token';

/**
 * The session of a page: the API stands where the page does. A token in the fragment of the address (`#token=…`) is no part of
 * what a server or its log sees; it is kept for this tab alone, and taken out of the address.
 */
export function openSession(place: Location, kept: Storage): Session {
  const [, given] = /^#token=([^&]+)$/.exec(place.hash) ?? [];
  if (given !== undefined) {
    kept.setItem(tokenKey, decodeURIComponent(given));
    history.replaceState(null, '', `${place.pathname}${place.search}#/`);
  }
  const token = signal(kept.getItem(tokenKey) ?? undefined);
  const url = new URL('.', place.href).href.replace(/\/$/, '');
  const headers = (): HeadersInit => (token.value === undefined ? {} : { authorization: `Bearer ${token.value}` });
  const client = createClient({ url, headers });
  const inbox = client.inbox({ limit: mostWaiting });
  const me = signal<Me | ChatError | undefined>(undefined);
  const introduce = (): void => {
    client.readMe().then(
      (known) => (me.value = known),
      (cause) =>
        (me.value = cause instanceof ChatError ? cause : new ChatError('network', 'Asking who this is failed.')),
    );
  };
  introduce();
  return {
    client,
    inbox,
    me,
    introduce,
    hasToken: computed(() => token.value !== undefined),
    signIn(next) {
      kept.setItem(tokenKey, next);
      token.value = next;
      introduce();
    },
  };
}

export const SessionContext: Context<Session | undefined> = createContext<Session | undefined>(undefined);

/** The session of the page. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('The console was rendered without a session.');
  return session;
}

/** Who looks: what a page shows is what they may do. Known wherever a view is. */
export function useMe(): Me {
  const { value } = useSession().me;
  return value && !(value instanceof ChatError) ? value : nobody;
}

const nobody: Me = { principal: '', tenant: '', scopes: [] };

/** Whether they may say something in a thread: in their own, and with the right to manage in every one. */
export function maySay({ principal, scopes }: Me, thread?: { readonly owner?: string }): boolean {
  const isTheirs = thread?.owner === undefined || thread.owner === principal || scopes.includes('manage');
  return scopes.includes('send') && isTheirs;
}
