import type { ModelEvent, Settings, ToolChoice } from '../../../chat/model.ts';
import type { ChatWire } from './quirks.ts';

type Warning = Extract<ModelEvent, { type: 'warning' }>;
type Members = Record<string, unknown>;

/** The settings as members of a request body, and warnings for what the wire cannot do. */
export interface WireSettings {
  readonly members: Readonly<Members>;
  readonly warnings: readonly Warning[];
}

export function wireSettings(settings: Settings, wire: ChatWire, hasTools: boolean): WireSettings {
  const { quirks, provider } = wire;
  const warnings: Warning[] = [];
  const members: Members = {
    stream: true,
    stream_options: quirks.streamOptions === false ? undefined : { include_usage: true },
    temperature: settings.temperature,
    [quirks.maxTokens ?? 'max_tokens']: settings.maxOutputTokens,
    top_p: settings.topP,
    stop: settings.stop,
    [quirks.seed ?? 'seed']: settings.seed,
    presence_penalty: settings.presencePenalty,
    frequency_penalty: settings.frequencyPenalty,
    ...(settings.reasoning !== undefined && reasoning(settings.reasoning, wire, warnings)),
  };
  if (settings.topK !== undefined && quirks.topK) members['top_k'] = settings.topK;
  else if (settings.topK !== undefined) warnings.push(unsupported('topK', wire));
  if (hasTools) {
    members['tool_choice'] = settings.toolChoice && toolChoice(settings.toolChoice);
    members['parallel_tool_calls'] = settings.parallelToolCalls;
  }
  // The provider's tools stand beside ours, and what makes it a stream of this conversation is not up to options.
  const {
    tools: _tools,
    messages: _messages,
    stream: _stream,
    ...options
  } = settings.providerOptions?.[provider] ?? {};
  return { members: { ...members, ...options }, warnings };
}

function reasoning(
  asked: NonNullable<Settings['reasoning']>,
  wire: ChatWire,
  warnings: Warning[],
): Members | undefined {
  const budget = typeof asked === 'object' ? asked.budget : undefined;
  switch (wire.quirks.reasoning ?? 'effort') {
    case 'object':
      if (budget !== undefined) return { reasoning: { max_tokens: budget } };
      return { reasoning: asked === 'off' ? { enabled: false } : { effort: asked } };
    case 'switch':
      if (asked !== 'off') warnings.push(unsupported('reasoning', wire, 'it can only be on or off'));
      return { thinking: { type: asked === 'off' ? 'disabled' : 'enabled' } };
    case 'effort':
      if (budget === undefined) return { reasoning_effort: asked === 'off' ? 'none' : asked };
      warnings.push(unsupported('reasoning', wire, 'it takes an effort, no budget'));
      return undefined;
    case 'none':
      warnings.push(unsupported('reasoning', wire));
      return undefined;
  }
}

function unsupported(setting: string, { provider, model }: ChatWire, why?: string): Warning {
  const reason = `${provider}/${model} does not take the setting ${setting}${why ? ` so: ${why}` : ''}.`;
  return { type: 'warning', setting, reason };
}

function toolChoice(choice: ToolChoice): unknown {
  return typeof choice === 'string' ? choice : { type: 'function', function: { name: choice.tool } };
}
