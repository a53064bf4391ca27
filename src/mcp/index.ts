export { mcpTools } from './mcp-tools.ts';
export type { McpOptions, McpTools } from './mcp-tools.ts';
export { mcpServersFrom } from './servers-from.ts';
export type { McpOutput } from './mcp-output.ts';
export type {
  OAuthProvider,
  Roots,
  Sampling,
  SamplingRequest,
  SamplingVerdict,
  SamplingWord,
  TokenProvider,
} from './offer.ts';
export type {
  LocalServer,
  McpServer,
  McpServers,
  RemoteServer,
  ServerSettings,
  ToolSettings,
} from './server-config.ts';
