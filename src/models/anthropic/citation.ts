import type { Json } from '../../conversation/json.ts';
import type { SourcePart } from '../../conversation/part.ts';

/** A citation as a source; what is encrypted in it goes back with the text, and is nothing for people. */
export function sourceOf(citation: Readonly<Record<string, unknown>>): SourcePart {
  const { url, title, document_title: documentTitle, encrypted_index: _encrypted, ...rest } = citation;
  const address = textIn(url) ?? /^https?:.*/.exec(textIn(rest['source']) ?? '')?.[0];
  const name = textIn(title) ?? textIn(documentTitle);
  return {
    type: 'source',
    ...(address !== undefined && { url: address }),
    ...(name !== undefined && { title: name }),
    // It was parsed from JSON.
    data: rest as Json,
  };
}

/** What people see of a provider's result: all of it but what is encrypted. */
export function readable(value: Json | undefined): Json {
  if (Array.isArray(value)) return value.map(readable);
  if (typeof value !== 'object' || value === null) return value ?? null;
  const members = Object.entries(value).filter(([name]) => !name.startsWith('encrypted_'));
  return Object.fromEntries(members.map(([name, member]) => [name, readable(member)]));
}

function textIn(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
