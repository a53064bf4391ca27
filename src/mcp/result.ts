import type { CallToolResult, ContentBlock } from '@modelcontextprotocol/client';
import type { ContentPart } from '../conversation/content.ts';
import { isObject } from '../conversation/json.ts';
import type { Json } from '../conversation/json.ts';
import type { McpOutput } from './mcp-output.ts';

/** The output of a call that the server says succeeded. */
export function outputOf({ content, structuredContent }: CallToolResult): McpOutput {
  // What came over the wire is JSON.
  const blocks = content as readonly Json[];
  if (structuredContent !== undefined) return { content: blocks, structuredContent: structuredContent as Json };
  const texts = content.flatMap((block) => (block.type === 'text' ? [block.text] : []));
  return texts.length === content.length ? texts.join('\n') : { content: blocks };
}

/** What the model is shown of an output; nothing where the output itself says it best. */
export function presentedOf(output: unknown): readonly ContentPart[] | undefined {
  if (!isObject(output) || !Array.isArray(output['content']) || output['content'].length === 0) return undefined;
  // A person may have answered in place of the server: what is no block is told as JSON.
  return output['content'].map((block) => partOf(block as ContentBlock));
}

/** What a server says of a failure. */
export function failureTextOf({ content }: CallToolResult): string {
  const text = content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n');
  return cut(text.trim() === '' ? 'its server says that it failed, and not why' : text);
}

/** A failure is told to the model; it needs no book. */
export function cut(text: string): string {
  return text.length > 8_192 ? `${text.slice(0, 8_192)} … (cut: too long)` : text;
}

/** A block as a part of a message. */
export function partOf(block: ContentBlock): ContentPart {
  switch (block.type) {
    case 'text':
      return { type: 'text', text: block.text };
    case 'image':
    case 'audio':
      return { type: 'file', mediaType: block.mimeType, source: { type: 'base64', data: block.data } };
    case 'resource_link':
      return { type: 'text', text: `Resource ${block.name}: ${block.uri}` };
    case 'resource':
      return resourceOf(block.resource);
    default:
      return { type: 'text', text: JSON.stringify(block) };
  }
}

type Resource = Extract<ContentBlock, { type: 'resource' }>['resource'];

function resourceOf(resource: Resource): ContentPart {
  const { uri, mimeType } = resource;
  if ('text' in resource) return { type: 'text', text: `Resource ${uri}:\n${resource.text}` };
  const source = { type: 'base64', data: resource.blob } as const;
  return { type: 'file', mediaType: mimeType ?? 'application/octet-stream', source, name: uri };
}
