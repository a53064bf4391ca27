import { mock } from 'node:test';
import { HttpAgent } from '@ag-ui/client';
import type { HttpAgentConfig, Message, ResumeEntry } from '@ag-ui/client';
import type { Store } from 'yourcall/runtime';
import { agUi } from 'yourcall/server';
import type { Right } from 'yourcall/server';
import type { ScriptedTurn } from 'yourcall/testing';
import { serve } from '../served/threads.ts';
import type { Served } from '../served/threads.ts';

export { stores, until } from '../served/threads.ts';

/** A server on this machine, and clients of it. */
export interface Scene extends Served {
  /** A page with the one thread; `saved` is what it has kept. */
  page(saved?: Partial<HttpAgentConfig>): HttpAgent;
  /** What clients have complained about. */
  readonly warnings: readonly string[];
}

/** How a scene differs. */
export interface SceneOptions {
  readonly script: readonly ScriptedTurn[];
  readonly scopes?: readonly Right[];
  /** Whether pages may declare tools. */
  readonly clientTools?: boolean;
}

export async function scene(open: () => { store: Store; remove: () => void }, options: SceneOptions): Promise<Scene> {
  const served = await serve(open, { ...options, dialect: agUi({ clientTools: options.clientTools === true }) });
  const warnings: string[] = [];
  const watched = mock.method(console, 'warn', (warning: unknown) => void warnings.push(String(warning)));
  return {
    ...served,
    warnings,
    page: (saved) => new HttpAgent({ url: `${served.address}/ag-ui`, threadId: served.key.thread, ...saved }),
    async [Symbol.asyncDispose]() {
      watched.mock.restore();
      await served[Symbol.asyncDispose]();
    },
  };
}

let words = 0;

/** Says something, and waits for the end of the run. */
export async function say(page: HttpAgent, content: string): Promise<void> {
  words += 1;
  page.addMessage({ id: `w${words}`, role: 'user', content });
  await page.runAgent();
}

/** An answer to each interrupt, in their order. */
export function answers({ pendingInterrupts }: HttpAgent, ...payloads: readonly unknown[]): ResumeEntry[] {
  return pendingInterrupts.map(({ id }, index) => ({ interruptId: id, status: 'resolved', payload: payloads[index] }));
}

/** A message in short. */
export function outline(message: Message): string {
  const { role } = message;
  if (role === 'activity') return role;
  const { content = '' } = message;
  const text = typeof content === 'string' ? content : 'parts';
  const calls = role === 'assistant' ? (message.toolCalls ?? []) : [];
  return `${role}: ${[text, ...calls.map((call) => `${call.function.name} ${call.function.arguments}`)].filter(Boolean).join(' | ')}`;
}
