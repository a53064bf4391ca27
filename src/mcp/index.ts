export { mcpTools } from './mcp-tools.ts';
export type { McpOptions, McpTools } from './mcp-tools.ts';
export { mcpServersFrom } from './servers-from.ts';
export type { McpOutput } from './mcp-output.ts';
export type { Roots } from './roots.ts';
export type { Sampling, SamplingRequest, SamplingVerdict, SamplingWord } from './sampling.ts';
export type {
  LocalServer,
  McpServer,
  McpServers,
  RemoteServer,
  ServerSettings,
  ToolSettings,
} from './server-config.ts';
