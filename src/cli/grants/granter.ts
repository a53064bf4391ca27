import type { AnyTool } from '../../chat/tool.ts';
import type { Grant, GrantScope } from '../../conversation/grant.ts';
import type { SeenCall, Suggestion } from '../../conversation/suggestion.ts';
import type { Rule } from '../../conversation/rule.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import { unruled } from '../../rules/explanation.ts';
import type { GrantingRules } from '../../server/granting.ts';
import type { CliRules } from '../rules/ruled.ts';

/** What a person grants, and for which thread. */
export interface GrantedRule {
  readonly rule: Rule;
  readonly scope: GrantScope;
  readonly thread: string;
}

/** Whose grants, by which rules. */
export interface GranterOptions {
  readonly rules: CliRules;
  /** The tools of now, by their names. */
  readonly tool: (name: string) => AnyTool | undefined;
  readonly tenant: string;
  readonly by: string | undefined;
  /** For how long something may be granted. */
  readonly scopes: readonly GrantScope[];
}

/** What may be granted beside decisions, here or on a server. */
export type CallGranter = Pick<Granter, 'scopes' | 'offer' | 'grant'>;

/** Lets a person at a terminal grant what they were shown. */
export class Granter {
  readonly scopes: readonly GrantScope[];
  readonly #options: GranterOptions;

  constructor(options: GranterOptions) {
    this.#options = options;
    this.scopes = options.scopes;
  }

  /** What may be granted with an approval of a call. */
  offer(call: ToolCall): Suggestion {
    const waits = call.state === 'awaiting-approval' ? call.unjudged !== true : call.state === 'snoozed';
    if (!waits) return { type: 'refused', because: 'nobody is asked about it' };
    const tool = this.#options.tool(call.name);
    if (!tool) return { type: 'refused', because: 'its tool is not known here' };
    return this.#options.rules.suggestGrant(asRuled(call), tool);
  }

  /** Throws `ChatError` `invalid-request` for what is not offered. */
  grant(call: ToolCall, { rule, scope, thread }: GrantedRule): Promise<Grant> {
    const { rules, tool: find, tenant, by } = this.#options;
    const tool = find(call.name);
    const who = { tenant, thread, ...(by !== undefined && { by }), ...(tool && { tool }) };
    return rules.grant({ ...asRuled(call), id: call.id }, { rule, scope, ...who });
  }
}

/** The same for a server of a folder: what its people grant stands before what a tool asks by itself, too. */
export function grantingOf(rules: CliRules): GrantingRules {
  return {
    grants: rules.grants,
    suggestGrant: (call, tool) => rules.suggestGrant(asRuled(call), tool),
    grant: ({ id, ...call }, choice) => rules.grant({ ...asRuled(call), id }, choice),
  };
}

/** In the terminal what is granted also stands before what a tool asks by itself; a rule of the file that asks stays. */
function asRuled({ name, input, sensitive, requirements = [] }: SeenCall): SeenCall {
  return {
    name,
    input,
    sensitive,
    requirements: requirements.map((one) => (one.rule ? one : { ...one, reason: unruled })),
  };
}
