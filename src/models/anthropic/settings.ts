import type { ModelRequest, Settings } from '../../chat/model.ts';
import { isObject } from '../../conversation/json.ts';
import type { JsonObject } from '../../conversation/json.ts';
import { stopsOf, unsupported } from '../warning.ts';
import type { Warning } from '../warning.ts';
import type { MessagesWire } from './family.ts';
import { samplingFor } from './sampling.ts';
import { outputSchema } from './schema.ts';
import { thinkingFor } from './thinking.ts';
import type { WireTools } from './tools.ts';

type Members = Record<string, unknown>;

/** The settings as members of a request body, and warnings for what the model cannot do. */
export interface WireSettings {
  readonly members: Readonly<Members>;
  readonly warnings: readonly Warning[];
}

/** What settings have to fit to. */
export interface SettingsPlace extends Pick<WireTools, 'names'> {
  readonly hasTools: boolean;
  readonly output: ModelRequest['output'];
  /** The tool loop that goes on did not begin with thinking that can go back (rule W2). */
  readonly isUnsigned: boolean;
}

/** Each setting becomes a member or a warning, never neither; `headers` are not sent in the body. */
export function wireSettings(settings: Settings, wire: MessagesWire, place: SettingsPlace): WireSettings {
  const { output, isUnsigned } = place;
  const warnings: Warning[] = [];
  const maxTokens = limit(settings.maxOutputTokens, wire, warnings);
  const choice = toolChoice(settings, place, { wire, warnings });
  const isForced = choice?.['type'] === 'any' || choice?.['type'] === 'tool';
  const { thinking, effort } = thinkingFor(settings.reasoning, wire, {
    place: { maxTokens, isForced, isUnsigned },
    warnings,
  });
  const isThinking = thinking?.['type'] === 'enabled' || thinking?.['type'] === 'adaptive';
  const { temperature, topK, topP } = samplingFor(settings, wire, { isThinking, warnings });
  for (const name of ['seed', 'presencePenalty', 'frequencyPenalty'] as const) {
    if (settings[name] !== undefined) warnings.push(unsupported(name, wire));
  }
  const schema = output && outputSchema(output.schema);
  const given = options(settings, wire, warnings);
  const config = {
    ...(effort !== undefined && { effort }),
    ...(schema && { format: { type: 'json_schema', schema } }),
    ...membersOf(given['output_config']),
  };
  const members: Members = {
    stream: true,
    max_tokens: maxTokens,
    temperature,
    top_k: topK,
    top_p: topP,
    stop_sequences: stopsOf(settings),
    tool_choice: choice,
    thinking,
    // Marks the end of what is sent: it moves on with the conversation, and no message changes for it.
    cache_control: settings.cache === undefined ? undefined : settings.cache ? cacheMarker(settings, wire) : null,
    ...given,
    output_config: Object.keys(config).length > 0 ? config : undefined,
  };
  return { members, warnings };
}

/** How what is kept is marked; the provider's own options may keep it for longer. */
export function cacheMarker({ cache, providerOptions }: Settings, { provider }: MessagesWire): JsonObject | undefined {
  const own = providerOptions?.[provider]?.['cache_control'];
  return isObject(own) ? (own as JsonObject) : cache ? { type: 'ephemeral' } : undefined;
}

function limit(asked: number | undefined, wire: MessagesWire, warnings: Warning[]): number {
  const { maxOutput, isClaude } = wire.family;
  if (asked === undefined) return maxOutput;
  if (!isClaude || asked <= maxOutput) return asked;
  warnings.push(unsupported('maxOutputTokens', wire, `it gives at most ${maxOutput}`));
  return maxOutput;
}

/** Without tools there is nothing to choose, which is a warning only where a call was demanded. */
function toolChoice(
  { toolChoice: choice, parallelToolCalls: parallel }: Settings,
  { hasTools, names }: SettingsPlace,
  { wire, warnings }: { wire: MessagesWire; warnings: Warning[] },
): Members | undefined {
  const isDemanded = choice === 'required' || typeof choice === 'object';
  if (!hasTools) {
    if (isDemanded) warnings.push(unsupported('toolChoice', wire, 'there are no tools'));
    return undefined;
  }
  if (choice === 'none') return { type: 'none' };
  const isRefused = isDemanded && !wire.family.forcedTools;
  if (isRefused) warnings.push(unsupported('toolChoice', wire, 'a call cannot be demanded of it'));
  if (choice === undefined && parallel === undefined) return undefined;
  return {
    ...(isRefused ? { type: 'auto' } : demand(choice, names)),
    ...(parallel !== undefined && { disable_parallel_tool_use: !parallel }),
  };
}

/** A tool of the provider is known to it by another name than that which it was declared by. */
function demand(choice: Settings['toolChoice'], names: SettingsPlace['names']): Members {
  if (typeof choice === 'object') return { type: 'tool', name: names.get(choice.tool) ?? choice.tool };
  return { type: choice === 'required' ? 'any' : 'auto' };
}

/** The provider's own options. Its tools stand beside ours, and what makes it a request of this chat is not up to them. */
function options({ providerOptions }: Settings, wire: MessagesWire, warnings: Warning[]): Members {
  const { tools: _tools, ...given }: Members = providerOptions?.[wire.provider] ?? {};
  for (const name of ['model', 'system', 'messages', 'stream'].filter((one) => Object.hasOwn(given, one))) {
    delete given[name];
    warnings.push(unsupported('providerOptions', wire, `${name} is not up to them`));
  }
  return given;
}

function membersOf(value: unknown): Members {
  return isObject(value) ? value : {};
}
