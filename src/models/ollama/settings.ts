import type { OutputDeclaration, Settings, ToolDeclaration } from '../../chat/model.ts';
import { isObject } from '../../conversation/json.ts';
import type { ModelId } from '../connection.ts';
import { stopsOf, unsupported } from '../warning.ts';
import type { Warning } from '../warning.ts';

type Members = Record<string, unknown>;

/** The settings as members of a request body, and warnings for what the wire cannot do. */
export interface WireSettings {
  readonly members: Readonly<Members>;
  readonly warnings: readonly Warning[];
}

/** What of a request is said behind its messages. */
export type Asked = readonly [
  settings: Settings,
  output: OutputDeclaration | undefined,
  tools: readonly ToolDeclaration[],
];

/** Each setting becomes a member or a warning, never neither; `headers` are not sent in the body. */
export function wireSettings([settings, output, tools]: Asked, model: ModelId): WireSettings {
  const warnings: Warning[] = [];
  const { options: ownOptions, ...own } = ownMembers(settings, model, warnings);
  const options = { ...optionsOf(settings), ...(isObject(ownOptions) && ownOptions) };
  const { toolChoice, parallelToolCalls, cache } = settings;
  if (toolChoice === 'required' || typeof toolChoice === 'object') {
    const why = tools.length === 0 ? 'there are no tools' : 'nothing makes it call a tool';
    warnings.push(unsupported('toolChoice', model, why));
  }
  if (parallelToolCalls === false) {
    warnings.push(unsupported('parallelToolCalls', model, 'it makes as many calls as it likes'));
  }
  if (cache !== undefined) warnings.push(unsupported('cache', model, 'the server keeps prompts by its own rules'));
  const members = {
    stream: true,
    think: thinkOf(settings.reasoning, model, warnings),
    format: output?.schema,
    options: Object.keys(options).length > 0 ? options : undefined,
    ...own,
  };
  return { members, warnings };
}

function optionsOf(settings: Settings): Members {
  const options: Members = {
    temperature: settings.temperature,
    num_predict: settings.maxOutputTokens,
    top_p: settings.topP,
    top_k: settings.topK,
    stop: stopsOf(settings),
    seed: settings.seed,
    presence_penalty: settings.presencePenalty,
    frequency_penalty: settings.frequencyPenalty,
  };
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

/** Models with a switch take every level for on. */
function thinkOf(asked: Settings['reasoning'], model: ModelId, warnings: Warning[]): unknown {
  if (typeof asked === 'object') {
    warnings.push(unsupported('reasoning', model, 'it takes a level, no budget'));
    return true;
  }
  return asked === 'off' ? false : asked;
}

/** The provider's own members, such as `keep_alive`; what makes it a request of this chat is not up to them. */
function ownMembers({ providerOptions }: Settings, model: ModelId, warnings: Warning[]): Members {
  const { tools: _tools, ...given }: Members = providerOptions?.[model.provider] ?? {};
  for (const name of ['model', 'messages', 'stream']) {
    if (!Object.hasOwn(given, name)) continue;
    delete given[name];
    warnings.push(unsupported('providerOptions', model, `${name} is not up to them`));
  }
  return given;
}
