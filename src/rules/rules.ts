import type { ChatPolicy, Policy, Verdict } from '../chat/policy.ts';
import { scoped } from '../chat/tool.ts';
import type { MixedTools } from '../chat/tool.ts';
import { ChatError } from '../conversation/error.ts';
import { newId } from '../conversation/id.ts';
import type { Requirement } from '../conversation/requirement.ts';
import { explain, unruled } from './explanation.ts';
import type { Explanation } from './explanation.ts';
import { endOf, isInForce } from './grant.ts';
import type { Grant, GrantStore } from '../conversation/grant.ts';
import type { GrantMoment } from './grant.ts';
import type { Place } from './path.ts';
import { readFile, readRule, textOf } from './reading.ts';
import type { ReadRule } from './reading.ts';
import { realPath } from './real-path.ts';
import type { Rule } from '../conversation/rule.ts';
import type { RuledCall, RulesFile, RuleTest } from './rule.ts';
import { refusalOf, suggest } from './suggestion.ts';
import type { GrantChoice, SeenCall, Suggestion, ToolNature } from '../conversation/suggestion.ts';

/** What rules need beside their file. */
export interface RulesOptions<Context = unknown> {
  /** Where relative paths begin. Default: the working directory. */
  readonly root?: string;
  /** Milliseconds since the epoch. Default: `Date.now`. */
  readonly now?: () => number;
  /**
   * A path free of links, or nothing when that cannot be told. Default: that of this machine. For files of another
   * machine, or of none, give `(path) => path`.
   */
  readonly realPath?: Place['realPath'];
  /** What people have granted. */
  readonly grants?: GrantStore;
  /**
   * The thread of a run, by its context: its name, for what is granted in one thread only; with its tenant where there are
   * several, and grants stand in a store.
   */
  readonly thread?: (context: Context) => string | ThreadPlace | undefined;
}

/** A thread of a tenant. */
export interface ThreadPlace {
  readonly tenant: string;
  readonly thread: string;
}

/** Rules that were read. */
export interface Rules<Context = unknown> {
  /** For `scoped`: speaks in place of the default of tools that have no policy. */
  readonly policy: Policy<unknown, Context>;
  /** For `createChat({ policy })`: it can demand more than the tools do, never less. */
  readonly chatPolicy: ChatPolicy<Context, RuledCall & { readonly id: string }>;
  /** Gives every tool these rules as a policy. Throws as `check` does. */
  over<Tools extends MixedTools>(tools: Tools): Tools;
  /** Throws `ChatError` `invalid-request` that names the first rule which is about none of these tools. */
  check(toolNames: readonly string[]): void;
  /** What they say of a call, and why; with these grants, which are taken to be in force. */
  explain(call: RuledCall, granted?: readonly Grant[]): Explanation;
  /** What they say of a call of a run with this context, with what is granted there now. */
  explainIn(call: RuledCall & { readonly id: string }, context: Context): Promise<Explanation>;
  /** Plays the tests that stand beside the rules; without grants. */
  test(): readonly RuleTestResult[];
  /** Where grants are kept, as it was given. */
  readonly grants: GrantStore | undefined;
  /**
   * What may be granted after this call was seen. Nothing is suggested where something else than the default of these rules
   * asks about it, by its `requirements`: a grant would not lift that.
   */
  suggestGrant(call: SeenCall, tool?: ToolNature): Suggestion;
  /**
   * Makes a grant of a rule that `suggestGrant` gives for this call, and stores it. Throws `ChatError` `invalid-request`
   * for any other rule, whoever sends it.
   */
  grant(call: SeenCall & { readonly id: string }, choice: GrantChoice): Promise<Grant>;
}

/** A test of a file of rules, and what came of it. */
export interface RuleTestResult {
  readonly test: RuleTest;
  readonly passed: boolean;
  readonly explanation: Explanation;
}

/**
 * Reads rules about tool calls, from a file's text or what it holds: deny before ask before allow, in any order.
 * Throws `ChatError` `invalid-request` that names the rule and what is wrong with it.
 *
 * @example
 * const rules = rulesFrom(await readFile('rules.json', 'utf8'), { root: '/srv/files' });
 * const chat = createChat({ model, tools: rules.over(tools) });
 */
export function rulesFrom<Context = unknown>(
  json: string | RulesFile,
  options: RulesOptions<Context> = {},
): Rules<Context> {
  const book = new Book(json, options);
  return {
    policy: (_, { call, context }) => book.verdict(call, context as Context),
    chatPolicy: (call, context) => book.verdict(call, context as Context),
    over(tools) {
      book.check(Object.keys(tools));
      return scoped(tools, (_, { call, context }) => book.verdict(call, context as Context));
    },
    check: (toolNames) => book.check(toolNames),
    explain: (call, granted = []) => book.explain(call, granted),
    explainIn: (call, context) => book.explainIn(call, context),
    test: () => book.test(),
    grants: options.grants,
    suggestGrant: (call, tool = {}) => book.suggest(call, tool),
    grant: (call, choice) => book.grant(call, choice),
  };
}

type CallInRun = RuledCall & { readonly id: string };

function placeIn(thread: string | ThreadPlace | undefined): {
  readonly tenant: string | undefined;
  readonly thread: string | undefined;
} {
  return typeof thread === 'object' ? thread : { tenant: undefined, thread };
}

class Book<Context> {
  readonly #options: RulesOptions<Context>;
  readonly #place: Place;
  readonly #file: ReturnType<typeof readFile>;
  readonly #now: () => number;

  constructor(json: unknown, options: RulesOptions<Context>) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#place = placeOf(options);
    this.#file = readFile(json, this.#place);
  }

  check(toolNames: readonly string[]): void {
    // A tool that stands for several at its provider has their names behind its own.
    const isKnown = ({ rule, isAbout }: ReadRule): boolean =>
      toolNames.some((name) => isAbout(name) || rule.tool.startsWith(`${name}.`));
    const idle = this.#file.rules.find((rule) => !isKnown(rule));
    if (idle) throw wrong(`${idle.name} (${textOf(idle.rule)}) is about no tool that is known`);
  }

  verdict(call: CallInRun, context: Context): Verdict | Promise<Verdict> {
    if (!this.#options.grants) return verdictOf(this.explain(call, []));
    return this.explainIn(call, context).then(verdictOf);
  }

  async explainIn(call: CallInRun, context: Context): Promise<Explanation> {
    const { grants, thread } = this.#options;
    if (!grants) return this.explain(call, []);
    const place = placeIn(thread?.(context));
    const moment: GrantMoment = { now: this.#now(), ...place, call: call.id };
    const all = await grants.list(place.tenant);
    return this.explain(
      call,
      all.filter((grant) => isInForce(grant, moment)),
    );
  }

  explain(call: RuledCall, granted: readonly Grant[]): Explanation {
    const grants = granted.flatMap((grant) => this.#readGrant(grant));
    return explain(call, { file: this.#file, grants, now: this.#now() });
  }

  test(): readonly RuleTestResult[] {
    return this.#file.tests.map((test) => {
      const explanation = this.explain({ name: test.tool, input: test.input ?? {} }, []);
      return { test, passed: explanation.decision === test.expect, explanation };
    });
  }

  suggest(call: SeenCall, tool: ToolNature): Suggestion {
    const never = refusalOf(call, tool) ?? othersAsk(call);
    if (never !== undefined) return { type: 'refused', because: never };
    const suggestion = suggest(call, this.#place);
    if (suggestion.type === 'refused') return suggestion;
    const now = this.explain(call, []);
    if (now.decision === 'allow') return { type: 'refused', because: `it is allowed already: ${now.because}` };
    if (!this.#allows(call, suggestion.exact)) {
      const because = now.rule ? `a rule decides about it: ${now.because}` : 'no rule can say what was seen';
      return { type: 'refused', because };
    }
    return { ...suggestion, steps: suggestion.steps.filter(({ rule }) => this.#allows(call, rule)) };
  }

  async grant(call: SeenCall & { readonly id: string }, choice: GrantChoice): Promise<Grant> {
    const { grants } = this.#options;
    if (!grants) throw wrong('nothing can be granted, since no `grants` were given');
    const { rule, scope, by, tenant, thread, tool = {} } = choice;
    if (scope === 'thread' && thread === undefined) throw wrong('a grant in a thread needs to know which one');
    const suggestion = this.suggest(call, tool);
    if (suggestion.type === 'refused') throw wrong(`nothing may be granted for ${call.name}: ${suggestion.because}`);
    // Suggested anew from the call as it stands here: what a client sends cannot be broader.
    const offered = [suggestion.exact, ...suggestion.steps.map((step) => step.rule)];
    const chosen = offered.find((one) => textOf(one) === textOf(rule));
    if (!chosen) throw wrong(`${textOf(rule)} was not offered for ${call.name}`);
    const now = this.#now();
    const expiresAt = endOf(scope, now);
    const grant: Grant = {
      id: newId(),
      rule: chosen,
      scope,
      at: now,
      ...(by !== undefined && { by }),
      ...(tenant !== undefined && { tenant }),
      ...(thread !== undefined && { from: { thread, call: call.id } }),
      ...(scope === 'once' && { call: call.id }),
      ...(scope === 'thread' && { thread }),
      ...(expiresAt !== undefined && { expiresAt }),
    };
    await grants.add(grant);
    return grant;
  }

  #allows(call: RuledCall, rule: Rule): boolean {
    return this.explain(call, [{ id: 'suggested', rule, scope: 'always', at: 0 }]).decision === 'allow';
  }

  /** A grant that cannot be read any more, or does not allow, grants nothing. */
  #readGrant({ id, rule }: Grant): readonly ReadRule[] {
    try {
      return rule.decision === 'allow' ? [readRule(rule, `grant ${id}`, this.#place)] : [];
    } catch {
      return [];
    }
  }
}

function placeOf({ root = process.cwd(), realPath: given = realPath }: Pick<RulesOptions, 'root' | 'realPath'>): Place {
  const real = given(root);
  if (real === undefined) throw wrong(`their root ${JSON.stringify(root)} leads nowhere`);
  return { root: real, realPath: given };
}

function verdictOf({ decision, because, rule }: Explanation): Verdict {
  switch (decision) {
    case 'deny':
      return { deny: because };
    case 'ask':
      return { ask: { reason: because, ...(rule && { rule }) } };
    case 'allow':
      return 'allow';
  }
}

/** What asks beside these rules goes on asking, whatever is granted. */
function othersAsk({ requirements = [] }: SeenCall): string | undefined {
  const isOurs = ({ reason, rule }: Requirement): boolean => reason === unruled && rule === undefined;
  return requirements.every(isOurs) ? undefined : 'something else than these rules asks about it';
}

function wrong(why: string): ChatError {
  return new ChatError('invalid-request', `The rules cannot be used: ${why}.`);
}
