export { rulesFrom } from './rules.ts';
export type { GrantChoice, Rules, RulesOptions, RuleTestResult } from './rules.ts';
export type { Considered, Explanation } from './explanation.ts';
export type { Truth } from './truth.ts';
export type { Condition, Literal, Operators, Rule, RuledCall, RuleDecision, RulesFile, RuleTest } from './rule.ts';
export { memoryGrants } from './grant.ts';
export type { Grant, GrantScope, GrantStore } from './grant.ts';
export { fileGrants } from './grant-file.ts';
export type { SeenCall, Step, Suggestion, ToolNature } from './suggestion.ts';
