import type { JsonObject } from '../conversation/json.ts';
import type { Rule, RuleDecision } from '../conversation/rule.ts';

/** What a file of rules says must come of a call. */
export interface RuleTest {
  readonly tool: string;
  readonly input?: JsonObject;
  readonly expect: RuleDecision;
  /** Why it must be so, told when it is not. */
  readonly because?: string;
}

/** A file of rules. */
export interface RulesFile {
  readonly version: 1;
  /** What is said of calls that no rule speaks of. Default: `ask`. */
  readonly default?: RuleDecision;
  readonly rules: readonly Rule[];
  readonly tests?: readonly RuleTest[];
}

/** A call, as far as rules look at it. */
export interface RuledCall {
  readonly name: string;
  readonly input?: unknown;
}
