import { createContext, createElement, useContext } from 'react';
import type { Context, FunctionComponentElement, ProviderProps, ReactNode } from 'react';
import type { Api } from '../client/api.ts';
import type { Client } from '../client/client.ts';
import type { ToolsOf } from '../client/typed.ts';

/** A client of any chat: those of two chats are of no common type, since tools stand in parameters. */
export interface SomeClient extends Api {
  thread(id: string): object;
  inbox(): object;
}

const ClientContext: Context<SomeClient | undefined> = createContext<SomeClient | undefined>(undefined);

/** What a provider gives to the components inside it. */
export interface ChatProviderProps {
  /** Of `createClient`, made once, outside of components. */
  readonly client: SomeClient;
  readonly children?: ReactNode;
}

/** Gives a client to the components inside it. */
export function ChatProvider({
  client,
  children,
}: ChatProviderProps): FunctionComponentElement<ProviderProps<SomeClient | undefined>> {
  return createElement(ClientContext.Provider, { value: client }, children);
}

/** The client of the nearest provider, typed by the type of the chat. Throws outside of one. */
export function useClient<C = unknown>(): Client<ToolsOf<C>> {
  const client = useContext(ClientContext);
  if (!client) throw new Error('Using the client of a page: there is no ChatProvider around this component.');
  // Nothing but `createClient` makes one, and its calls are of the tools of the chat whose type was given.
  return client as unknown as Client<ToolsOf<C>>;
}
