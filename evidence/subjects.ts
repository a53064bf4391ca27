import { control } from './control.ts';
import type { Subject } from './subject.ts';
import { yourcall } from './yourcall.ts';

/** What is always there. */
export const own: readonly Subject[] = [yourcall, control];

/** A library beside us: its adapter is loaded when its packages are installed. */
export interface Peer extends Pick<Subject, 'name' | 'packages'> {
  readonly file: string;
  /** What the adapter exports. Default: `subject`. */
  readonly exported?: string;
}

export const peers: readonly Peer[] = [
  { name: 'AI SDK', packages: ['ai'], file: 'ai-sdk.js' },
  { name: 'AI SDK, signed', packages: ['ai'], file: 'ai-sdk.js', exported: 'signedSubject' },
  { name: 'Agents JS', packages: ['@openai/agents'], file: 'openai-agents.js' },
  {
    name: 'Agents JS, state at the client',
    packages: ['@openai/agents'],
    file: 'openai-agents.js',
    exported: 'clientSubject',
  },
  { name: 'LangChain', packages: ['langchain', '@langchain/langgraph', '@langchain/core'], file: 'langchain.js' },
  { name: 'Mastra', packages: ['@mastra/core', '@mastra/libsql'], file: 'mastra.js' },
  { name: 'TanStack', packages: ['@tanstack/ai'], file: 'tanstack.js' },
];

/** A subject by its name. */
export async function subjectNamed(name: string): Promise<Subject> {
  const ours = own.find((subject) => subject.name === name);
  if (ours) return ours;
  const peer = peers.find((peer) => peer.name === name);
  if (!peer) throw new Error(`There is no subject named ${JSON.stringify(name)}.`);
  const { file, exported = 'subject' } = peer;
  const adapter = await import(`./peers/${file}`);
  return { ...peer, ...adapter[exported] };
}
