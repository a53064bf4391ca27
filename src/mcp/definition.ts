import type { Tool as ListedTool, ToolAnnotations } from '@modelcontextprotocol/client';
import { assertJson } from '../conversation/digest.ts';
import type { JsonObject } from '../conversation/json.ts';

/** A tool as its server describes it: what a call is accepted for. */
export interface Definition {
  readonly name: string;
  readonly title: string | undefined;
  readonly description: string;
  readonly inputSchema: JsonObject;
  /** Hints, which nothing makes true. */
  readonly hints: ToolAnnotations | undefined;
  /** As the server listed it. */
  readonly listed: ListedTool;
}

/** The longest description that a model is told. */
const longest = 16_384;

/** Reads what a server listed. Throws when it has no one spelling, so that no digest could pin it. */
export function definitionOf(listed: ListedTool): Definition {
  const { name, title, description = title ?? name, inputSchema, annotations } = listed;
  assertJson([name, title ?? null, description, inputSchema, annotations ?? null]);
  return {
    name,
    title: title ?? annotations?.title,
    description: description.length > longest ? `${description.slice(0, longest)} … (cut: too long)` : description,
    // JSON by the check above.
    inputSchema: inputSchema as JsonObject,
    hints: annotations,
    listed,
  };
}
