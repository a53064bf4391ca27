import type { ModelId } from '../connection.ts';

/** What the models of one family take and what they refuse, as the documentation of Anthropic has it (rule W2). */
export interface Family {
  /** The most tokens of an answer; asked for where nobody sets a limit, since the wire demands one. */
  readonly maxOutput: number;
  /** Whether it is a model of Anthropic's, so that what is said here is sure. */
  readonly isClaude: boolean;
  /** How thinking is asked for: by a budget of tokens, by effort, by either, or not at all. */
  readonly thinking: 'none' | 'budget' | 'both' | 'effort';
  /** What turns thinking off; `never`: nothing does. */
  readonly off: 'disabled' | 'between_tools' | 'never';
  /** Whether temperature, topP and topK are taken. */
  readonly sampling: boolean;
  /** Whether a tool call can be demanded. */
  readonly forcedTools: boolean;
  /** Whether the answer can be given the shape of a schema. */
  readonly output: boolean;
  /** Whether thinking is valid only behind the very words that it was made behind. */
  readonly boundThinking: boolean;
}

/** One model behind one server of Anthropic Messages: what requests and errors are made for. */
export interface MessagesWire extends ModelId {
  readonly family: Family;
  /** Beta features that every request asks for. */
  readonly betas: readonly string[];
  /** Whether documents are sent so that the model cites them. */
  readonly citations: boolean;
}

/** The family of a model, by its name. An unknown Claude counts as the newest, any other name as a modest model. */
export function familyOf(model: string): Family {
  return families.find(([pattern]) => pattern.test(model))?.[1] ?? elsewhere;
}

const newest: Family = {
  maxOutput: 128_000,
  isClaude: true,
  thinking: 'effort',
  off: 'never',
  sampling: false,
  forcedTools: false,
  output: true,
  boundThinking: true,
};

const five: Family = { ...newest, off: 'disabled', forcedTools: true, boundThinking: false };
const fourSix: Family = { ...five, thinking: 'both', sampling: true };
const fourFive: Family = { ...fourSix, maxOutput: 64_000, thinking: 'budget' };
const four: Family = { ...fourFive, maxOutput: 32_000, output: false };
const three: Family = { ...four, maxOutput: 4096, thinking: 'none' };
const elsewhere: Family = { ...four, maxOutput: 8192, isClaude: false };

/** The first that fits. Dates behind a name begin with 20, so a version is one digit that no other follows. */
const families: readonly (readonly [RegExp, Family])[] = [
  [/sonnet-5-[5-9](?!\d)/, { ...newest, off: 'between_tools' }],
  [/haiku-5-[5-9](?!\d)/, { ...newest, off: 'disabled', forcedTools: true }],
  [/(opus-5-[5-9]|(fable|mythos)-5-[1-9])(?!\d)/, newest],
  [/fable-5|mythos/, { ...five, off: 'never' }],
  [/(opus|sonnet)-5|opus-4-[78](?!\d)/, five],
  [/(opus|sonnet)-4-6(?!\d)/, fourSix],
  [/(opus|sonnet|haiku)-4-5(?!\d)/, fourFive],
  [/(opus|sonnet)-4|3-7-sonnet/, four],
  [/3-5-(sonnet|haiku)/, { ...three, maxOutput: 8192 }],
  [/claude-(3|2|v2|instant)/, three],
  [/claude/, newest],
];
