import type { Json } from '../conversation/json.ts';

/** What a tool of a server gives: its text where there is nothing else, or what the server answered. */
export type McpOutput = string | { readonly content: readonly Json[]; readonly structuredContent?: Json };
