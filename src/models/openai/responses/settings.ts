import type { OutputDeclaration, ProviderToolDeclaration, Settings, ToolChoice } from '../../../chat/model.ts';
import { isObject } from '../../../conversation/json.ts';
import { unsupported } from '../../warning.ts';
import type { Warning } from '../../warning.ts';
import { strictly } from '../strict.ts';
import type { ResponsesWire } from './quirks.ts';
import { chosenTool, includesOf } from './tools.ts';

type Members = Record<string, unknown>;

/** What of a request comes behind its messages. */
export interface Asked {
  readonly settings: Settings;
  readonly output: OutputDeclaration | undefined;
  /** The tools of this provider that run there. */
  readonly own: readonly ProviderToolDeclaration[];
  readonly hasTools: boolean;
}

/** The settings as members of a request body, and warnings for what the wire cannot do. */
export interface WireSettings {
  readonly members: Readonly<Members>;
  readonly warnings: readonly Warning[];
}

/** Each setting becomes a member or a warning, never neither; `headers` are not sent in the body. */
export function wireSettings(asked: Asked, wire: ResponsesWire): WireSettings {
  const warnings: Warning[] = [];
  const settings = known(asked.settings, wire, warnings);
  const { include, text, reasoning, ...given } = options(settings, wire, warnings);
  const members: Members = {
    stream: true,
    store: false,
    temperature: settings.temperature,
    max_output_tokens: settings.maxOutputTokens,
    top_p: settings.topP,
    ...toolSettings(asked, settings, { wire, warnings }),
    reasoning: merged({ effort: effortOf(settings.reasoning, wire, warnings) }, reasoning),
    text: merged({ format: formatOf(asked.output) }, text),
    include: included(asked, wire, include),
    ...given,
  };
  return { members, warnings };
}

/** What the wire does not have at all. */
const nowhere = ['topK', 'stop', 'seed', 'presencePenalty', 'frequencyPenalty'] as const;

/** The settings that the server knows; the others are warned of. */
function known(given: Settings, wire: ResponsesWire, warnings: Warning[]): Settings {
  const unknown = [...nowhere, ...(wire.quirks.unknownSettings ?? [])].filter((name) => given[name] !== undefined);
  for (const name of unknown) warnings.push(unsupported(name, wire));
  if (given.cache !== undefined) warnings.push(unsupported('cache', wire, 'the provider caches by its own rules'));
  return unknown.length === 0 ? given : { ...given, ...Object.fromEntries(unknown.map((name) => [name, undefined])) };
}

/** The provider's own options. Its tools stand beside ours, and what makes it a request of this chat is not up to them. */
function options({ providerOptions }: Settings, wire: ResponsesWire, warnings: Warning[]): Members {
  const { tools: _tools, ...given }: Members = providerOptions?.[wire.provider] ?? {};
  for (const name of Object.keys(given).filter((one) => taken.includes(one))) {
    delete given[name];
    warnings.push(unsupported('providerOptions', wire, `${name} is not up to them`));
  }
  return given;
}

/** The last two would make the provider add what it has stored to what is sent. */
const taken: readonly string[] = ['model', 'input', 'stream', 'previous_response_id', 'conversation'];

/** Without tools there is nothing to choose, which is a warning only where a call was demanded. */
function toolSettings(
  { own, hasTools }: Asked,
  { toolChoice, parallelToolCalls }: Settings,
  { wire, warnings }: { readonly wire: ResponsesWire; readonly warnings: Warning[] },
): Members | undefined {
  if (hasTools) {
    const choice: ToolChoice | object | undefined =
      typeof toolChoice === 'object' ? chosenTool(toolChoice.tool, own) : toolChoice;
    return { tool_choice: choice, parallel_tool_calls: parallelToolCalls };
  }
  const isDemanded = toolChoice === 'required' || typeof toolChoice === 'object';
  if (isDemanded) warnings.push(unsupported('toolChoice', wire, 'there are no tools'));
  return undefined;
}

function effortOf(asked: Settings['reasoning'], wire: ResponsesWire, warnings: Warning[]): string | undefined {
  if (asked === undefined) return undefined;
  if (wire.quirks.thinks === false) {
    warnings.push(unsupported('reasoning', wire, 'the model does not think'));
    return undefined;
  }
  if (typeof asked === 'string') return asked === 'off' ? 'none' : asked;
  warnings.push(unsupported('reasoning', wire, 'it takes an effort, no budget'));
  return undefined;
}

function formatOf(output: OutputDeclaration | undefined): Members | undefined {
  if (!output) return undefined;
  return { type: 'json_schema', name: output.name, ...strictly(output.schema) };
}

/** What is ours and what is given, member by member; nothing when both say nothing. */
function merged(ours: Members, given: unknown): unknown {
  if (given !== undefined && !isObject(given)) return given;
  const filled = Object.entries(ours).filter(([, value]) => value !== undefined);
  const members = { ...Object.fromEntries(filled), ...given };
  return Object.keys(members).length > 0 ? members : undefined;
}

/** Nothing is stored, so what the model thought must come along, encrypted. */
function included({ own }: Asked, { quirks }: ResponsesWire, given: unknown): readonly unknown[] | undefined {
  const thought = quirks.thinks === false ? [] : ['reasoning.encrypted_content'];
  const all = new Set<unknown>([...thought, ...includesOf(own), ...(Array.isArray(given) ? given : [])]);
  return all.size > 0 ? [...all] : undefined;
}
