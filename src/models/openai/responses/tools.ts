import type { ModelRequest, ProviderToolDeclaration, ToolDeclaration } from '../../../chat/model.ts';
import type { ModelId } from '../../connection.ts';
import { objectSchema } from '../../object-schema.ts';
import { strictly } from '../strict.ts';
import type { WireObject } from './file.ts';

/** The tools of a request: ours, and those that run at the provider. */
export function wireTools(
  tools: readonly ToolDeclaration[],
  own: readonly ProviderToolDeclaration[],
  given: unknown,
): readonly unknown[] {
  return [
    ...tools.map(functionTool),
    ...own.map(({ kind, options }) => ({ type: kind, ...options })),
    ...(Array.isArray(given) ? (given as readonly unknown[]) : []),
  ];
}

/** Those that run at this provider. */
export function ownTools(
  { providerTools = [] }: Pick<ModelRequest, 'providerTools'>,
  { provider }: ModelId,
): readonly ProviderToolDeclaration[] {
  return providerTools.filter((tool) => tool.provider === provider);
}

/** What results have to be asked for, by the kind of tool. */
const includes: Readonly<Record<string, string>> = {
  web_search: 'web_search_call.action.sources',
  web_search_preview: 'web_search_call.action.sources',
  file_search: 'file_search_call.results',
  code_interpreter: 'code_interpreter_call.outputs',
};

/** What must be asked for, so that these tools tell what they found. */
export function includesOf(own: readonly ProviderToolDeclaration[]): readonly string[] {
  return own.flatMap(({ kind }) => includes[kind] ?? []);
}

/** The choice of a tool by its name: one of ours, or one of the provider's. */
export function chosenTool(name: string, own: readonly ProviderToolDeclaration[]): WireObject {
  const tool = own.find((one) => one.name === name);
  if (!tool) return { type: 'function', name };
  const { kind, options } = tool;
  return kind === 'mcp' ? { type: kind, server_label: options['server_label'] } : { type: kind };
}

/** Without a word on it a schema would be taken for a strict one, and refused where it is not. */
function functionTool({ name, description, inputSchema }: ToolDeclaration): WireObject {
  const { schema, strict } = strictly(objectSchema(inputSchema));
  return { type: 'function', name, description, parameters: schema, strict };
}
