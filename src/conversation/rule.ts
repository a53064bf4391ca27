import type { Json } from './json.ts';

/** What a rule says of a call. */
export type RuleDecision = 'deny' | 'ask' | 'allow';

/** A rule, as it stands in a file. */
export interface Rule {
  readonly decision: RuleDecision;
  /** The name of a tool; `*` stands for any characters. */
  readonly tool: string;
  /** Members of the input, by dotted name, and what each must be. All of them must fit. */
  readonly when?: Readonly<Record<string, Condition>>;
  /** `allow`: the input holds no members but those of `when`. */
  readonly only?: true;
  /** For people, and for the model when it denies. */
  readonly reason?: string;
  /** An ISO date or time, after which the rule is as if it were not there. */
  readonly expires?: string;
}

/** What a member must be: a value, one of several, or what these words say, all of them. */
export type Condition = Literal | readonly Literal[] | Operators;

/** A value as it stands. A text is a path where the member is named like one, a command where it is named like one. */
export type Literal = string | number | boolean | null;

/** Words about a member. */
export interface Operators {
  /** A list or an object is compared as a whole. */
  readonly equals?: Json;
  readonly in?: readonly Literal[];
  readonly lt?: number;
  readonly lte?: number;
  readonly gt?: number;
  readonly gte?: number;
  readonly startsWith?: string;
  readonly endsWith?: string;
  /** The whole text; `*` stands for any characters, `?` for one. */
  readonly matches?: string;
  /** A path, or one of several: `*` and `?` within a name, `**` over folders. */
  readonly path?: string | readonly string[];
  /** A simple command, word by word, or one of several: `*` within a word, `**` for all words that follow. */
  readonly command?: string | readonly string[];
  /** Whether the member is there at all. */
  readonly exists?: boolean;
}
