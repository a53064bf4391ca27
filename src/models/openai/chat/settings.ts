import type { Settings, ToolChoice } from '../../../chat/model.ts';
import { stopsOf, unsupported } from '../../warning.ts';
import type { Warning } from '../../warning.ts';
import type { ChatWire } from './quirks.ts';

type Members = Record<string, unknown>;

/** The settings as members of a request body, and warnings for what the wire cannot do. */
export interface WireSettings {
  readonly members: Readonly<Members>;
  readonly warnings: readonly Warning[];
}

/** Each setting becomes a member or a warning, never neither; `headers` are not sent in the body. */
export function wireSettings(given: Settings, wire: ChatWire, hasTools: boolean): WireSettings {
  const { quirks } = wire;
  const warnings: Warning[] = [];
  const settings = known(given, wire, warnings);
  const members: Members = {
    stream: true,
    stream_options: quirks.streamOptions === false ? undefined : { include_usage: true },
    temperature: settings.temperature,
    [quirks.maxTokens ?? 'max_tokens']: settings.maxOutputTokens,
    top_p: settings.topP,
    top_k: settings.topK,
    stop: stopsOf(settings),
    [quirks.seed ?? 'seed']: settings.seed,
    presence_penalty: settings.presencePenalty,
    frequency_penalty: settings.frequencyPenalty,
    ...(settings.reasoning !== undefined && reasoning(settings.reasoning, wire, warnings)),
    ...toolSettings(settings, hasTools, { wire, warnings }),
    ...options(settings, wire, warnings),
  };
  return { members, warnings };
}

/** The settings that the server knows; the others are warned of. */
function known(given: Settings, wire: ChatWire, warnings: Warning[]): Settings {
  const { topK, unknownSettings = [] } = wire.quirks;
  const unknown = [...unknownSettings, ...(topK ? [] : (['topK'] as const))].filter(
    (name) => given[name] !== undefined,
  );
  for (const name of unknown) warnings.push(unsupported(name, wire));
  if (given.cache !== undefined) warnings.push(unsupported('cache', wire, 'the provider caches by its own rules'));
  return unknown.length === 0 ? given : { ...given, ...Object.fromEntries(unknown.map((name) => [name, undefined])) };
}

function reasoning(
  asked: NonNullable<Settings['reasoning']>,
  wire: ChatWire,
  warnings: Warning[],
): Members | undefined {
  const budget = typeof asked === 'object' ? asked.budget : undefined;
  const kind = wire.quirks.reasoning ?? 'effort';
  const thinking = { type: asked === 'off' ? 'disabled' : 'enabled' };
  switch (kind) {
    case 'object':
      if (budget !== undefined) return { reasoning: { max_tokens: budget } };
      return { reasoning: asked === 'off' ? { enabled: false } : { effort: asked } };
    case 'switch':
      if (asked !== 'off') warnings.push(unsupported('reasoning', wire, 'it can only be on or off'));
      return { thinking };
    case 'switch-and-effort':
    case 'effort': {
      if (budget !== undefined) warnings.push(unsupported('reasoning', wire, 'it takes an effort, no budget'));
      const effort = budget === undefined ? asked : undefined;
      if (kind === 'effort') return { reasoning_effort: effort === 'off' ? 'none' : effort };
      return { thinking, reasoning_effort: effort === 'off' ? undefined : effort };
    }
    case 'none':
      warnings.push(unsupported('reasoning', wire));
      return undefined;
  }
}

/** Without tools there is nothing to choose, which is a warning only where a call was demanded. */
function toolSettings(
  { toolChoice, parallelToolCalls }: Settings,
  hasTools: boolean,
  { wire, warnings }: { wire: ChatWire; warnings: Warning[] },
): Members | undefined {
  const isDemanded = toolChoice === 'required' || typeof toolChoice === 'object';
  if (!hasTools) {
    if (isDemanded) warnings.push(unsupported('toolChoice', wire, 'there are no tools'));
    return undefined;
  }
  const { toolChoice: only } = wire.quirks;
  const isKnown =
    toolChoice === undefined || toolChoice === 'auto' || !only || (only === 'auto-or-none' && toolChoice === 'none');
  if (!isKnown) warnings.push(unsupported('toolChoice', wire, `it can only be ${only.replaceAll('-', ' ')}`));
  return { tool_choice: isKnown ? toolChoiceOf(toolChoice) : undefined, parallel_tool_calls: parallelToolCalls };
}

function toolChoiceOf(choice: ToolChoice | undefined): unknown {
  return typeof choice === 'object' ? { type: 'function', function: { name: choice.tool } } : choice;
}

/** The provider's own options. Its tools stand beside ours, and what makes it a request of this chat is not up to them. */
function options({ providerOptions }: Settings, wire: ChatWire, warnings: Warning[]): Members | undefined {
  const { tools: _tools, ...given }: Members = providerOptions?.[wire.provider] ?? {};
  const taken = ['model', 'messages', 'stream'].filter((name) => Object.hasOwn(given, name));
  for (const name of taken) {
    delete given[name];
    warnings.push(unsupported('providerOptions', wire, `${name} is not up to them`));
  }
  return given;
}
