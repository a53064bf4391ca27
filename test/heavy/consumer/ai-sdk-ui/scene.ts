import { Chat } from '@ai-sdk/react';
import {
  DefaultChatTransport,
  lastAssistantMessageIsCompleteWithApprovalResponses,
  lastAssistantMessageIsCompleteWithToolCalls,
} from 'ai';
import type { ChatInit, UIMessage } from 'ai';
import type { Store } from 'yourcall/runtime';
import { aiSdk } from 'yourcall/server';
import type { Right } from 'yourcall/server';
import type { ScriptedTurn } from 'yourcall/testing';
import { serve } from '../served/threads.ts';
import type { Served } from '../served/threads.ts';

export { stores, until } from '../served/threads.ts';

/** A server on this machine, and clients of it. */
export interface Scene extends Served {
  readonly api: string;
  /** The bodies of what clients have posted. */
  readonly posted: Record<string, unknown>[];
  /** A tab of the one chat. */
  tab(options?: Partial<ChatInit<UIMessage>>): Chat<UIMessage>;
  /** What a page begins with that is loaded anew. */
  reloaded(): Promise<UIMessage[]>;
}

/** How a scene differs. */
export interface SceneOptions {
  readonly script: readonly ScriptedTurn[];
  readonly scopes?: readonly Right[];
}

export async function scene(open: () => { store: Store; remove: () => void }, options: SceneOptions): Promise<Scene> {
  const served = await serve(open, { ...options, dialect: aiSdk() });
  const posted: Record<string, unknown>[] = [];
  const api = `${served.address}/ai-sdk`;
  const { thread } = served.key;
  const watched: typeof fetch = async (url, init) => {
    if (init?.method === 'POST') posted.push(JSON.parse(init.body as string));
    return fetch(url, init);
  };
  return {
    ...served,
    api,
    posted,
    tab: (more) =>
      new Chat({
        id: thread,
        transport: new DefaultChatTransport({ api, fetch: watched }),
        sendAutomaticallyWhen: (about) =>
          lastAssistantMessageIsCompleteWithApprovalResponses(about) ||
          lastAssistantMessageIsCompleteWithToolCalls(about),
        ...more,
      }),
    reloaded: async () => (await (await fetch(`${api}/${thread}/messages`)).json()) as UIMessage[],
  };
}

/** A message in short: texts as they are, calls by what stands there. */
export function outline({ role, parts }: UIMessage): string {
  const pieces = parts.flatMap((part): readonly string[] => {
    if (part.type === 'text') return [part.text];
    if ('toolCallId' in part) return [`${part.type.slice('tool-'.length)} ${part.state}`];
    return part.type === 'step-start' ? [] : [part.type];
  });
  return `${role}: ${pieces.join(' | ')}`;
}

/** The tool parts of the last message. */
export function callsIn(chat: Chat<UIMessage>) {
  return chat.messages.flatMap(({ parts }) => parts).flatMap((part) => ('toolCallId' in part ? [part] : []));
}
