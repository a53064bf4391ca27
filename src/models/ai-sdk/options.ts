import type { ModelEvent, ModelRequest, ProviderToolDeclaration, Settings, ToolChoice } from '../../chat/model.ts';
import { isObject } from '../../conversation/json.ts';
import type { Json } from '../../conversation/json.ts';
import { stopsOf, unsupported } from '../warning.ts';
import type { Bridge } from './bridge.ts';
import { objectSchema } from '../object-schema.ts';
import { promptOf } from './prompt.ts';
import type { PromptObject } from './file.ts';

/** What `doStream` is given, and what of the request could not be said so. */
export interface CallOptions {
  readonly options: PromptObject;
  readonly warnings: readonly ModelEvent[];
}

/** The provider of tools that the packages of the AI SDK make. */
export const sdkTools = 'ai-sdk';

/** Renders a request; nothing of it is left out in silence. */
export function callOptions(request: ModelRequest, bridge: Bridge, abortSignal: AbortSignal): CallOptions {
  const warnings: ModelEvent[] = [];
  const warn = (reason: string): void => {
    warnings.push({ type: 'warning', reason: `${bridge.provider}/${bridge.model} ${reason}.` });
  };
  const { settings, output } = request;
  const { temperature, maxOutputTokens, topP, topK, seed, presencePenalty, frequencyPenalty, headers } = settings;
  const tools = toolsOf(request, warn);
  const told: Told = { bridge, warnings, hasTools: tools.length > 0 };
  const providerOptions = optionsFor(settings, told);
  const options = {
    prompt: promptOf(request, bridge, warn),
    temperature,
    maxOutputTokens,
    topP,
    topK,
    stopSequences: stopsOf(settings),
    seed,
    presencePenalty,
    frequencyPenalty,
    headers,
    abortSignal,
    reasoning: effortOf(settings, told),
    toolChoice: choiceOf(settings.toolChoice, told),
    tools: tools.length > 0 ? tools : undefined,
    responseFormat: output && { type: 'json', schema: output.schema, name: output.name },
    providerOptions: Object.keys(providerOptions).length > 0 ? providerOptions : undefined,
    includeRawChunks: false,
  };
  // A member that is there and undefined is no member to nobody, but some look.
  const known = Object.entries(options).filter(([, value]) => value !== undefined);
  return { options: wellFormed(Object.fromEntries(known)), warnings };
}

/** Without halves of surrogate pairs, for one of which a server may refuse the whole conversation. */
function wellFormed<Value>(value: Value): Value {
  // What is made of a text, a list or an object is one, too.
  if (typeof value === 'string') return value.toWellFormed() as Value;
  if (Array.isArray(value)) return value.map(wellFormed) as Value;
  if (!isObject(value) || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name.toWellFormed(), wellFormed(one)]),
  ) as Value;
}

interface Told {
  readonly bridge: Bridge;
  readonly warnings: ModelEvent[];
  readonly hasTools: boolean;
}

function toolsOf({ tools, providerTools = [] }: ModelRequest, warn: (reason: string) => void): readonly PromptObject[] {
  const own = tools.map(({ name, description, inputSchema }) => {
    return { type: 'function', name, description, inputSchema: objectSchema(inputSchema) };
  });
  const provided = providerTools.flatMap((tool) => {
    if (tool.provider === sdkTools) return [providerTool(tool)];
    warn(`does not run the tool ${tool.kind} of ${tool.provider}`);
    return [];
  });
  return [...own, ...provided];
}

function providerTool({ kind, name, options }: ProviderToolDeclaration): PromptObject {
  return { type: 'provider', id: kind, name, args: options };
}

/** A word in version 4; version 3 leaves it to the provider's own options, like a budget in both. */
function effortOf({ reasoning }: Settings, { bridge, warnings }: Told): string | undefined {
  if (reasoning === undefined) return undefined;
  if (typeof reasoning === 'object') {
    const why = 'its package has no option for a budget that is known here, so it is up to providerOptions';
    if (!bridge.rules.budget) warnings.push(unsupported('reasoning', bridge, why));
    return undefined;
  }
  if (bridge.version === 'v4') return reasoning === 'off' ? 'none' : reasoning;
  const why = 'version 3 of the AI SDK has no word for it, so it is up to providerOptions';
  warnings.push(unsupported('reasoning', bridge, why));
  return undefined;
}

/** Without tools there is nothing to choose, which is a warning only where a call was demanded. */
function choiceOf(choice: ToolChoice | undefined, { bridge, warnings, hasTools }: Told): PromptObject | undefined {
  if (choice === undefined) return undefined;
  const isDemanded = choice === 'required' || typeof choice === 'object';
  if (!hasTools && isDemanded) warnings.push(unsupported('toolChoice', bridge, 'there are no tools'));
  if (!hasTools) return undefined;
  return typeof choice === 'object' ? { type: 'tool', toolName: choice.tool } : { type: choice };
}

type Options = Readonly<Record<string, Json>>;

/** The user's options, over what settings become and what is set by default. */
function optionsFor(settings: Settings, told: Told): Readonly<Record<string, Options>> {
  const { rules } = told.bridge;
  const { providerOptions: given = {} } = settings;
  const isOther = rules.otherKey !== undefined && !given[rules.key] && given[rules.otherKey] !== undefined;
  const key = isOther ? rules.otherKey : rules.key;
  const own = { ...rules.defaults, ...settingOptions(settings, told), ...given[key] };
  return Object.keys(own).length > 0 ? { ...given, [key]: own } : given;
}

/** Settings that the specification does not know: an option of the provider, or a warning. */
function settingOptions(
  { parallelToolCalls, reasoning, cache }: Settings,
  { bridge, warnings, hasTools }: Told,
): Options {
  const { rules } = bridge;
  const known: Record<string, Json> = {};
  if (parallelToolCalls !== undefined) {
    if (!rules.parallelToolCalls) warnings.push(unsupported('parallelToolCalls', bridge));
    else if (hasTools) Object.assign(known, rules.parallelToolCalls(parallelToolCalls));
  }
  if (typeof reasoning === 'object') Object.assign(known, rules.budget?.(reasoning.budget));
  if (cache !== undefined) {
    const options = rules.cache?.(cache);
    if (options) Object.assign(known, options);
    else warnings.push(unsupported('cache', bridge, 'the provider caches by its own rules'));
  }
  return known;
}
