import { holdsOnly } from './member.ts';
import { textOf } from './reading.ts';
import type { ReadFile, ReadRule } from './reading.ts';
import type { Rule, RuleDecision } from '../conversation/rule.ts';
import type { RuledCall } from './rule.ts';
import { all, certainly } from './truth.ts';
import type { Truth } from './truth.ts';

/** What rules say of a call, and why. */
export interface Explanation {
  readonly decision: RuleDecision;
  /** A sentence that names the rule. */
  readonly because: string;
  /** The rule that decides, as `rule 3` or `grant …`; absent when it is the default. */
  readonly rule?: { readonly name: string; readonly text: string };
  /** Every rule about this tool, and how it fits. */
  readonly considered: readonly Considered[];
}

/** How a rule fits a call. */
export interface Considered {
  readonly name: string;
  readonly rule: Rule;
  /** `unknown`: a member is missing, or cannot be read with certainty. A rule that denies asks then, one that allows does nothing. */
  readonly fits: Truth | 'expired';
  readonly members: readonly { readonly member: string; readonly fits: Truth }[];
}

/** What a call is weighed by. */
export interface Weights {
  readonly file: ReadFile;
  /** Rules that people have granted: they take the place of a default that asks, and of nothing else. */
  readonly grants: readonly ReadRule[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Weighs a call: deny before ask before allow, wherever the rules stand. */
export function explain({ name, input = {} }: RuledCall, { file, grants, now }: Weights): Explanation {
  const weigh = (rules: readonly ReadRule[]): readonly Considered[] =>
    rules.filter((rule) => rule.isAbout(name)).map((rule) => consider(rule, input, now));
  const ruled = weigh(file.rules);
  const granted = file.fallback === 'ask' ? weigh(grants) : [];
  const considered = [...ruled, ...granted];
  const first = (decision: RuleDecision, fits: Truth): Considered | undefined =>
    considered.find((one) => one.rule.decision === decision && one.fits === fits);
  const denying = first('deny', 'yes');
  if (denying) return { ...decided('deny', denying), considered };
  // What cannot be told is not denied, since many calls lack a member; but no rule allows it either.
  const asking = first('ask', 'yes') ?? first('ask', 'unknown') ?? first('deny', 'unknown');
  if (asking) return { ...decided('ask', asking), considered };
  const allowing = first('allow', 'yes');
  if (allowing) return { ...decided('allow', allowing), considered };
  return { decision: file.fallback, because: unspoken(file.fallback), considered };
}

/** Why it is asked where no rule speaks. */
export const unruled: string = unspoken('ask');

function unspoken(decision: RuleDecision): string {
  return `no rule covers this call, and the default is to ${decision}`;
}

function consider({ rule, name, members, expiresAt }: ReadRule, input: unknown, now: number): Considered {
  const found = members.map(({ member, test }) => ({ member, fits: test(input) }));
  if (now >= expiresAt) return { name, rule, fits: 'expired', members: found };
  const truths = found.map(({ fits }) => fits);
  if (rule.only) truths.push(certainly(holdsOnly(input, Object.keys(rule.when ?? {}))));
  return { name, rule, fits: truths.length === 0 ? 'yes' : all(truths), members: found };
}

function decided(decision: RuleDecision, { name, rule, fits, members }: Considered): Omit<Explanation, 'considered'> {
  const unclear = members.filter((one) => one.fits === 'unknown').map(({ member }) => member);
  const words = rule.reason ?? textOf(rule);
  const because =
    fits === 'unknown'
      ? `${name} may be meant, but ${unclear.join(', ')} does not tell: ${words}`
      : `${words} (${name})`;
  return { decision, because, rule: { name, text: textOf(rule) } };
}
