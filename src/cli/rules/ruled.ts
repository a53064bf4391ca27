import { readFileSync } from 'node:fs';
import { ChatError, messageOf } from '../../conversation/error.ts';
import type { Ask, Policy, PolicyContext, Verdict } from '../../chat/policy.ts';
import type { AnyTool, ToolSet } from '../../chat/tool.ts';
import type { GrantStore } from '../../conversation/grant.ts';
import type { Explanation } from '../../rules/explanation.ts';
import { memoryGrants } from '../../rules/grant.ts';
import { rulesFrom } from '../../rules/rules.ts';
import type { RulesFile } from '../../rules/rule.ts';
import type { Rules, ThreadPlace } from '../../rules/rules.ts';

/** The option that names a file of rules. */
export const rulesFlags = { rules: { type: 'string' } } as const;

/** How it is told of. */
export const rulesUsage =
  '  --rules FILE            what runs without asking, and what is denied; see yourcall rules --help';

/** Where rules hold. */
export interface RulesPlace {
  /** Where relative paths begin. */
  readonly root: string;
  /** The names of all tools: a rule about none of them is a mistake. Absent where not all of them are here. */
  readonly tools?: readonly string[];
}

/** Makes the rules of a talk, with what people grant in it. */
export type RulesWith = (grants: GrantStore, thread?: ThreadPlace) => CliRules;

/** Rules of runs whose context is their thread. */
export type CliRules = Rules<ThreadPlace | undefined>;

/**
 * The rules of a file; without one nothing is ruled but what people grant. Throws `ChatError` for one that cannot be used.
 * `thread` is that of a talk that has no store.
 */
export function rulesIn(file: string | undefined, { root, tools }: RulesPlace): RulesWith {
  const text = file === undefined ? nothingRuled : textOf(file);
  const make: RulesWith = (grants, thread) =>
    rulesFrom<ThreadPlace | undefined>(text, { root, grants, thread: (context) => context ?? thread });
  if (tools && file !== undefined) make(memoryGrants()).check(tools);
  else make(memoryGrants());
  return make;
}

const nothingRuled: RulesFile = { version: 1, rules: [] };

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ChatError('invalid-request', `--rules: ${messageOf(cause)}`, { cause });
  }
}

/**
 * Tools about which a file of rules speaks first. What it allows runs without asking, unless the tool itself denies it; what it
 * asks is asked as the tool would; where no rule speaks, and the file's default asks, the tool decides as without it.
 */
export function ruled(tools: ToolSet, rules: CliRules): ToolSet {
  return Object.fromEntries(
    Object.entries(tools).map(([name, tool]) => [name, { ...tool, policy: over(tool, rules) }]),
  );
}

function over(tool: AnyTool, rules: CliRules): Policy<unknown, ThreadPlace | undefined> {
  return async (input, about): Promise<Verdict> => {
    const own = await verdictOf(tool, input, about);
    const { call, context } = about;
    const said = await rules.explainIn({ id: call.id, name: call.name, input }, context);
    if (said.rule === undefined && said.decision === 'ask') return own;
    switch (said.decision) {
      case 'deny':
        return { deny: said.because };
      case 'allow':
        return own === 'deny' || (typeof own === 'object' && !('ask' in own)) ? own : 'allow';
      case 'ask':
        return { ask: { ...asked(own), ...reasonOf(said) } };
    }
  };
}

function verdictOf(tool: AnyTool, input: unknown, about: PolicyContext): Verdict | Promise<Verdict> {
  const { policy, scopes = [], usual = tool.effect === 'read' ? 'allow' : 'ask' } = tool;
  // What is said of a whole server speaks in place of the default, and is heard beside this policy anyway.
  if (policy === undefined) return scopes.length > 0 ? 'allow' : usual;
  return typeof policy === 'function' ? policy(input, about) : policy;
}

/** What the tool shows beside its question: a diff, a command. */
function asked(own: Verdict): Ask {
  return typeof own === 'object' && 'ask' in own ? own.ask : {};
}

function reasonOf({ because, rule }: Explanation): Ask {
  return { reason: because, ...(rule && { rule }) };
}
