import type { AuthProvider, ClientCredentialsProvider, OAuthClientProvider } from '@modelcontextprotocol/client';
import { expectTypeOf, test } from 'vitest';
import { createChat } from '../chat/chat.ts';
import type { Model } from '../chat/model.ts';
import { tool } from '../chat/tool.ts';
import { Conversation } from '../conversation/conversation.ts';
import { createRuntime } from '../runtime/runtime.ts';
import { memoryStore } from '../store/memory/index.ts';
import { mcpTools } from './index.ts';
import type { McpServer, McpTools, OAuthProvider, TokenProvider } from './index.ts';

declare const model: Model;
declare const mcp: McpTools;

test('tools of servers stand beside yours, in a chat and in a runtime', () => {
  const own = {
    ping: tool({ description: 'Ping', run: (_, { context }: { context: { user: string } }) => context.user }),
  };
  const chat = mcp.chatWith((tools) => createChat({ model, tools: [own, tools] }));
  expectTypeOf(chat.waiting(new Conversation()).approvals[0]!.name).toBeString();
  createRuntime({ chat: mcp.chatWith((tools) => createChat({ model, tools })), store: memoryStore() });
});

test('tokens come by whatever the package that speaks to servers takes', () => {
  expectTypeOf<AuthProvider | OAuthClientProvider>().toExtend<TokenProvider | OAuthProvider>();
  expectTypeOf<ClientCredentialsProvider>().toExtend<OAuthProvider>();
  expectTypeOf<{ headers: object }>().not.toExtend<TokenProvider | OAuthProvider>();
});

test('a server is a program or an address', () => {
  expectTypeOf<{ command: string; trusted: true }>().toExtend<McpServer>();
  expectTypeOf<{ url: string }>().toExtend<McpServer>();
  // @ts-expect-error: neither
  void mcpTools({ servers: { a: { trusted: true } } });
  void mcpTools({
    servers: { a: { command: 'x', tools: { rm: { policy: (input) => (input['all'] ? 'deny' : 'ask') } } } },
  });
});
