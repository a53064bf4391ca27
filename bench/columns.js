import { existsSync } from 'node:fs';
import { join } from 'node:path';

const peers = [
  { name: 'AI SDK', client: 'peers/ai-sdk', packages: ['ai', '@ai-sdk/openai', 'zod'] },
  { name: 'OpenAI Agents', client: 'peers/openai-agents', packages: ['@openai/agents', 'openai', 'zod'] },
  { name: 'LangChain', client: 'peers/langchain', packages: ['langchain', '@langchain/openai', 'zod'] },
  { name: 'Mastra', client: 'peers/mastra', packages: ['@mastra/core', '@ai-sdk/openai', 'zod'] },
  { name: 'TanStack', client: 'peers/tanstack', packages: ['@tanstack/ai', '@tanstack/ai-openai', 'zod'] },
  { name: 'openai SDK', client: 'peers/openai', packages: ['openai'] },
];

/** The peers that are installed. */
export const columns = peers.filter(isInstalled);

/** Names of those that are not. */
export const missingPeers = peers.filter((peer) => !isInstalled(peer)).map(({ name }) => name);

function isInstalled({ packages }) {
  return packages.every((name) => existsSync(join(import.meta.dirname, 'peers', 'node_modules', name)));
}
