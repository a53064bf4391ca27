import type { OutputDeclaration, Settings, ToolChoice } from '../../chat/model.ts';
import { isObject } from '../../conversation/json.ts';
import { stopsOf, unsupported } from '../warning.ts';
import type { Warning } from '../warning.ts';
import type { GoogleWire, ThinkingLevel } from './quirks.ts';
import { wireSchema } from './schema.ts';
import type { WireTools } from './tools.ts';

type Members = Readonly<Record<string, unknown>>;

/** The settings as members of a request body, and warnings for what the wire cannot do. */
export interface WireSettings {
  readonly members: Members;
  readonly warnings: readonly Warning[];
}

/** What is asked beside the words. */
export interface Asked {
  readonly settings: Settings;
  readonly output: OutputDeclaration | undefined;
  readonly tools: WireTools;
  /** Whether calls of Google's own tools are asked for, or sent back. */
  readonly serverCalls: boolean;
}

/** Each setting becomes a member or a warning, never neither; `headers` are not sent in the body. */
export function wireSettings(asked: Asked, wire: GoogleWire): WireSettings {
  const { settings, output } = asked;
  const warnings: Warning[] = [];
  const { generationConfig, toolConfig, ...others } = options(settings, wire, warnings);
  const generation = {
    temperature: settings.temperature,
    maxOutputTokens: settings.maxOutputTokens,
    topP: settings.topP,
    topK: settings.topK,
    stopSequences: stopsOf(settings),
    seed: settings.seed,
    presencePenalty: settings.presencePenalty,
    frequencyPenalty: settings.frequencyPenalty,
    thinkingConfig: settings.reasoning === undefined ? undefined : thinking(settings.reasoning, wire, warnings),
    ...(output && { responseMimeType: 'application/json', responseJsonSchema: wireSchema(output.schema) }),
    ...(isObject(generationConfig) && generationConfig),
  };
  if (settings.cache !== undefined) warnings.push(unsupported('cache', wire, 'the provider caches by its own rules'));
  const choosing = { ...toolSettings(asked, wire, warnings), ...(isObject(toolConfig) && toolConfig) };
  return {
    members: { ...filled('generationConfig', generation), ...filled('toolConfig', choosing), ...others },
    warnings,
  };
}

function filled(name: string, members: Members): Members {
  return Object.values(members).some((value) => value !== undefined) ? { [name]: members } : {};
}

/** Budgets for the words, where a model wants numbers: those of Google's own bridge from OpenAI's wire. */
const budgets = { low: 1024, medium: 8192, high: 24_576 } as const;

function thinking(
  asked: NonNullable<Settings['reasoning']>,
  wire: GoogleWire,
  warnings: Warning[],
): Members | undefined {
  const { thinking: kind = 'level', leastBudget = 0 } = wire.quirks;
  const warn = (why?: string): unknown => warnings.push(unsupported('reasoning', wire, why));
  if (kind === 'none') {
    warn('it never thinks');
    return undefined;
  }
  if (asked === 'off') {
    if (kind === 'level' || leastBudget > 0) warn('it always thinks, and now as little as it can');
    return kind === 'level' ? { thinkingLevel: levelOf('minimal', wire) } : { thinkingBudget: leastBudget };
  }
  if (typeof asked === 'object') return { thinkingBudget: asked.budget, includeThoughts: true };
  if (kind === 'budget') return { thinkingBudget: budgets[asked], includeThoughts: true };
  const level = levelOf(asked, wire);
  if (level !== asked) warn(`it takes ${level} instead of ${asked}`);
  return { thinkingLevel: level, includeThoughts: true };
}

/** The level that was asked for, or the next one that the model has. */
function levelOf(asked: ThinkingLevel, { quirks }: GoogleWire): ThinkingLevel {
  const all = ['minimal', 'low', 'medium', 'high'] as const;
  const levels = quirks.levels ?? ['low', 'medium', 'high'];
  return all.slice(all.indexOf(asked)).find((level) => levels.includes(level)) ?? levels.at(-1) ?? asked;
}

/** Without tools there is nothing to choose, which is a warning only where a call was demanded. */
function toolSettings({ settings, tools, serverCalls }: Asked, wire: GoogleWire, warnings: Warning[]): Members {
  const { toolChoice: choice, parallelToolCalls } = settings;
  const invocations = serverCalls ? { includeServerSideToolInvocations: true } : {};
  if (!tools.hasFunctions) {
    const isDemanded = choice === 'required' || typeof choice === 'object';
    if (isDemanded) warnings.push(unsupported('toolChoice', wire, 'there are no tools'));
    return invocations;
  }
  if (parallelToolCalls === false) warnings.push(unsupported('parallelToolCalls', wire, 'it may make several at once'));
  // With the calls of Google's tools in the answer, AUTO is refused.
  const auto = serverCalls ? 'VALIDATED' : 'AUTO';
  return { ...(choice !== undefined && { functionCallingConfig: choosing(choice, auto) }), ...invocations };
}

function choosing(choice: ToolChoice, auto: string): Members {
  if (typeof choice === 'object') return { mode: 'ANY', allowedFunctionNames: [choice.tool] };
  return { mode: { auto, none: 'NONE', required: 'ANY' }[choice] };
}

/** The provider's own options. Its tools stand beside ours, and what makes it a request of this chat is not up to them. */
function options({ providerOptions }: Settings, wire: GoogleWire, warnings: Warning[]): Members {
  const { tools: _tools, ...given }: Record<string, unknown> = providerOptions?.[wire.provider] ?? {};
  for (const name of ['contents', 'systemInstruction'].filter((one) => Object.hasOwn(given, one))) {
    delete given[name];
    warnings.push(unsupported('providerOptions', wire, `${name} is not up to them`));
  }
  return given;
}
