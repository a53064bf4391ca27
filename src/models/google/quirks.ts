import type { Capabilities } from '../../chat/model.ts';
import type { ModelId } from '../connection.ts';

/** How a model of Google differs from the newest ones (rule W2). Everything absent is the newest way. */
export interface Quirks {
  /** How thinking is asked for: by a level (Gemini 3 and later), by a budget of tokens (2.5), or not at all. */
  readonly thinking?: 'level' | 'budget' | 'none';
  /** The levels of thinking that the model takes, the lowest first. Default: low, medium, high. */
  readonly levels?: readonly ThinkingLevel[];
  /** The smallest budget of thinking; where it is not 0, thinking cannot be switched off. Default: 0. */
  readonly leastBudget?: number;
  /** `false` where calls without a signature are taken; default: `skip_thought_signature_validator` replaces a missing one. */
  readonly signatures?: false;
  /** `false` where the result of a tool holds no files: they follow in a turn of the user. */
  readonly filesInResults?: false;
  /** `false` where Google's own tools and ours cannot stand in one request. */
  readonly mixedTools?: false;
  /** Where the calls of Google's own tools cannot be asked for beside ours: Vertex AI. */
  readonly serverCalls?: false;
  /** Where URLs may stand in the result of a tool: Vertex AI. */
  readonly urlsInResults?: true;
  /** When an output is given by `responseJsonSchema`. Default: always. */
  readonly output?: 'always' | 'without-tools' | 'never';
  /** `false` where the model makes no calls. */
  readonly tools?: false;
  /** Who says the instructions, where there is no place for them: the first turn of the user. */
  readonly instructions?: 'user';
}

/** A level of thinking, as Gemini names it. */
export type ThinkingLevel = 'minimal' | 'low' | 'medium' | 'high';

/** One model of Google: what requests, answers and errors are made for. */
export interface GoogleWire extends ModelId {
  readonly quirks: Quirks;
  /** Everything before `/models`: files of the provider are named by it. */
  readonly baseURL: string;
}

/** What is known of a model by its name and address. */
export function quirksOf(model: string, baseURL: string): Quirks {
  const isVertex = /\baiplatform\./.test(baseURL);
  return { ...byModel(model), ...(isVertex && { serverCalls: false, urlsInResults: true }) };
}

function byModel(model: string): Quirks {
  const family = byFamily(model);
  // Models that make pictures and speech give no JSON.
  return /-(image|tts)\b/.test(model) ? { ...family, output: 'never' } : family;
}

function byFamily(model: string): Quirks {
  if (/gemma-?[1-3]/.test(model))
    return { ...older, thinking: 'none', output: 'never', tools: false, instructions: 'user' };
  const [, version] = /gemini-(\d+(?:\.\d+)?)/.exec(model) ?? [];
  // What has no number (`gemini-flash-latest`, a tuned model) is among the newest.
  if (version === undefined || Number(version) >= 3) return { levels: levelsOf(model) };
  if (Number(version) < 2.5) return { ...older, thinking: 'none' };
  return { ...older, thinking: 'budget', ...(/gemini-2\.5-pro/.test(model) && { leastBudget: 128 }) };
}

const older = { signatures: false, filesInResults: false, mixedTools: false, output: 'without-tools' } as const;

/** Tried on each model by others: a level that it does not have is refused. */
function levelsOf(model: string): readonly ThinkingLevel[] {
  if (/gemini-3(\.1|\.5|\.6)?-flash/.test(model)) return ['minimal', 'low', 'medium', 'high'];
  return /gemini-3-pro/.test(model) ? ['low', 'high'] : ['low', 'medium', 'high'];
}

/** What a model can do beyond words. */
export function capabilitiesOf({ thinking, tools, output = 'always' }: Quirks): Capabilities {
  return {
    tools: tools !== false,
    reasoning: thinking !== 'none',
    files: ['image/*', 'audio/*', 'video/*', 'text/*', 'application/pdf'],
    ...(output !== 'never' && { output }),
  };
}
