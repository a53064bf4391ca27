import type { ModelEvent, ModelRequest, ProviderToolDeclaration, ToolDeclaration } from '../../chat/model.ts';
import { isObject } from '../../conversation/json.ts';
import type { GoogleWire } from './quirks.ts';
import { wireSchema } from './schema.ts';

/** The tools of a request, and warnings for those that are not sent. */
export interface WireTools {
  /** Entries of `tools`. */
  readonly entries: readonly unknown[];
  readonly hasFunctions: boolean;
  /** Whether tools of Google's stand beside ours. */
  readonly isMixed: boolean;
  readonly warnings: readonly ModelEvent[];
}

/** What of a request its tools depend on. */
export type ToolsAsked = Pick<ModelRequest, 'tools' | 'providerTools'> & { readonly native: unknown };

/** Ours as function declarations, those that Google runs, and what `providerOptions` names. */
export function wireTools({ tools, providerTools = [], native }: ToolsAsked, wire: GoogleWire): WireTools {
  const named = Array.isArray(native) ? (native as readonly unknown[]) : [];
  const hasFunctions = tools.length > 0 || named.some((one) => isObject(one) && Boolean(one['functionDeclarations']));
  const own: unknown[] = [];
  const warnings: ModelEvent[] = [];
  for (const tool of providerTools) {
    const why = refusal(tool, wire, hasFunctions);
    if (why === undefined) own.push({ [tool.kind]: tool.options });
    else
      warnings.push({ type: 'warning', reason: `${wire.provider}/${wire.model} is not given ${tool.name}: ${why}.` });
  }
  return {
    entries: [...(tools.length > 0 ? [{ functionDeclarations: tools.map(declaration) }] : []), ...own, ...named],
    hasFunctions,
    isMixed: hasFunctions && (own.length > 0 || named.some((one) => !isObject(one) || !one['functionDeclarations'])),
    warnings,
  };
}

function refusal(
  { provider, kind }: ProviderToolDeclaration,
  wire: GoogleWire,
  hasFunctions: boolean,
): string | undefined {
  if (provider !== wire.provider) return `it is a tool of ${provider} (${kind})`;
  return wire.quirks.mixedTools === false && hasFunctions
    ? 'this model takes it only where there are no other tools'
    : undefined;
}

/** As JSON Schema, not as the subset of OpenAPI (`parameters`), which refuses what it does not know. */
function declaration({ name, description, inputSchema }: ToolDeclaration): unknown {
  return { name, description, parametersJsonSchema: wireSchema(inputSchema) };
}
