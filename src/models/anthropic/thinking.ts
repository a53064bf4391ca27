import type { Settings } from '../../chat/model.ts';
import { unsupported } from '../warning.ts';
import type { Warning } from '../warning.ts';
import type { Family, MessagesWire } from './family.ts';

type Members = Readonly<Record<string, unknown>>;

/** How a request asks for thinking. */
export interface Thinking {
  readonly thinking?: Members;
  readonly effort?: string;
}

/** What thinking has to fit to. */
export interface ThinkingPlace {
  readonly maxTokens: number;
  /** A tool call is demanded. */
  readonly isForced: boolean;
  /** The tool loop that goes on did not begin with thinking that can go back (rule W2). */
  readonly isUnsigned: boolean;
}

type Asked = NonNullable<Settings['reasoning']>;

/** The least that a budget may be, and what it leaves for words. */
const least = 1024;

const budgets = { low: 4096, medium: 16_000, high: 32_000 } as const;

/** What a model is asked to think, as its family takes it; a warning tells what it does not take. */
export function thinkingFor(
  reasoning: Settings['reasoning'],
  wire: MessagesWire,
  { place, warnings }: { readonly place: ThinkingPlace; readonly warnings: Warning[] },
): Thinking {
  const { family } = wire;
  const asked = typeof reasoning === 'object' && reasoning.budget <= 0 ? 'off' : reasoning;
  const warn = (why: string): void => void warnings.push(unsupported('reasoning', wire, why));
  if (asked === undefined) return byDefault(family);
  if (asked === 'off') return off(family, warn);
  switch (family.thinking) {
    case 'none':
      warn('it does not think');
      return {};
    case 'budget':
      return byBudget(asked, place, warn);
    case 'both':
      return typeof asked === 'object' ? byBudget(asked, place, warn) : byEffort(asked, family);
    case 'effort':
      if (typeof asked !== 'object') return byEffort(asked, family);
      warn('it takes an effort, no budget');
      return byEffort(effortFor(asked.budget), family);
  }
}

/** As the provider does; thinking that is always on and bound to earlier words may be passed over all the same. */
function byDefault(family: Family): Thinking {
  return family.boundThinking && family.off !== 'disabled' ? { thinking: adaptive(family) } : {};
}

function off(family: Family, warn: (why: string) => void): Thinking {
  if (family.thinking === 'none') return {};
  switch (family.off) {
    case 'disabled':
      return { thinking: { type: 'disabled' } };
    case 'between_tools':
      warn('it still thinks between tool calls');
      return { thinking: { type: 'between_tools' } };
    case 'never':
      warn('it always thinks, at the least effort now');
      return { ...byDefault(family), effort: 'low' };
  }
}

function byEffort(effort: 'low' | 'medium' | 'high', family: Family): Thinking {
  return { thinking: { ...adaptive(family), display: 'summarized' }, effort };
}

/** Thinking that is bound to what came before it is passed over when that has changed: a chat may change its instructions. */
function adaptive({ boundThinking }: Family): Members {
  return { type: 'adaptive', ...(boundThinking && { block_binding: { prefix_mismatch_behavior: 'drop_block' } }) };
}

function effortFor(budget: number): 'low' | 'medium' | 'high' {
  if (budget <= budgets.low) return 'low';
  return budget <= budgets.medium ? 'medium' : 'high';
}

/** A budget is part of the tokens of the answer, and leaves some for words. */
function byBudget(asked: Exclude<Asked, 'off'>, place: ThinkingPlace, warn: (why: string) => void): Thinking {
  const { maxTokens, isForced, isUnsigned } = place;
  const wanted = typeof asked === 'object' ? asked.budget : budgets[asked];
  const budget = Math.max(least, Math.min(Math.floor(wanted), maxTokens - least));
  if (isForced) warn('not where a tool call is demanded');
  else if (isUnsigned) warn('the calls before were made without thinking that can be sent back');
  else if (budget >= maxTokens) warn(`${maxTokens} tokens leave no room for it`);
  else {
    if (typeof asked === 'object' && budget !== asked.budget)
      warn(`the budget is ${budget}, to fit between ${least} and ${maxTokens}`);
    return { thinking: { type: 'enabled', budget_tokens: budget } };
  }
  return {};
}
