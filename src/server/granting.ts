import type { MixedTools } from '../chat/tool.ts';
import { ChatError } from '../conversation/error.ts';
import { sha256 } from '../conversation/digest.ts';
import type { GrantAnswer, GrantOffer, GrantWish, OfferedRule } from '../conversation/grant-offer.ts';
import type { Grant, GrantScope, GrantStore } from '../conversation/grant.ts';
import type { Rule } from '../conversation/rule.ts';
import type { GrantChoice, SeenCall, Suggestion, ToolNature } from '../conversation/suggestion.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import type { Who } from './who.ts';

/** What people may grant beside their decisions. */
export interface GrantOptions {
  /** Rules of `yourcall/rules` that were made with `grants`: those that the calls are weighed by. */
  readonly rules: GrantingRules;
  /** The tools of the chats: for a call of any other nothing is granted. A function is asked each time, by name. */
  readonly tools: MixedTools | readonly MixedTools[] | ((name: string) => ToolNature | undefined);
  /** For how long something may be granted. Default: all but `once`, which is what an approval says. */
  readonly scopes?: readonly GrantScope[];
}

/** What rules do about grants; every `Rules` has it. */
export interface GrantingRules {
  readonly grants: GrantStore | undefined;
  suggestGrant(call: SeenCall, tool?: ToolNature): Suggestion;
  grant(call: SeenCall & { readonly id: string }, choice: GrantChoice): Promise<Grant>;
}

/** What may be granted after a call, as it stands now. */
export function grantOffer(options: GrantOptions | undefined, call: ToolCall): GrantOffer {
  if (!options?.rules.grants) return refused('nothing is granted here');
  const { rules, tools, scopes = usualScopes } = options;
  if (!isDecidedByPeople(call)) return refused('nobody is asked about it, and nobody has approved it');
  const nature = natureOf(tools, call.name);
  if (!nature) return refused('its tool is not known here');
  const suggestion = rules.suggestGrant(call, nature);
  if (suggestion.type === 'refused') return suggestion;
  const steps = [{ says: 'exactly this', rule: suggestion.exact }, ...suggestion.steps];
  return { type: 'offered', choices: steps.map(({ says, rule }) => ({ id: idOf(rule), says, rule })), scopes };
}

/** Grants what was offered, in the name of whoever asks. What was not offered for the call as it stands is refused. */
export async function grantAs(
  options: GrantOptions | undefined,
  { who, thread, call }: { readonly who: Who; readonly thread: string; readonly call: ToolCall },
  { choice, scope }: GrantWish,
): Promise<GrantAnswer> {
  const offer = grantOffer(options, call);
  if (offer.type === 'refused' || !options)
    return offer.type === 'refused' ? offer : refused('nothing is granted here');
  const chosen: OfferedRule | undefined = offer.choices.find(({ id }) => id === choice);
  if (!chosen) return refused('that was not offered for the call as it stands');
  if (!offer.scopes.includes(scope)) return refused('nothing is granted for so long here');
  const tool = natureOf(options.tools, call.name);
  const how = { scope, by: who.principal, tenant: who.tenant, thread, ...(tool && { tool }) };
  try {
    return { type: 'granted', grant: await options.rules.grant(call, { rule: chosen.rule, ...how }) };
  } catch (error) {
    // Its thread was erased meanwhile.
    if (error instanceof ChatError && error.code === 'invalid-request') return refused('it is not there any more');
    throw error;
  }
}

/** The grants that somebody sees and may take back: their own; who manages, those of everybody. */
export async function grantsOf(options: GrantOptions | undefined, who: Who): Promise<readonly Grant[]> {
  const grants = (await options?.rules.grants?.list(who.tenant)) ?? [];
  return who.scopes.includes('manage') ? grants : grants.filter(({ by }) => by === who.principal);
}

/** Takes a grant back in the name of whoever asks; false when there is none that they may. */
export async function revokeAs(options: GrantOptions | undefined, who: Who, id: string): Promise<boolean> {
  if (!(await grantsOf(options, who)).some((grant) => grant.id === id)) return false;
  return (await options?.rules.grants?.revoke(id, { tenant: who.tenant, by: who.principal })) ?? false;
}

const usualScopes: readonly GrantScope[] = ['thread', 'hour', 'today', 'always'];

function isDecidedByPeople(call: ToolCall): boolean {
  switch (call.state) {
    case 'awaiting-approval':
      return call.unjudged !== true;
    case 'snoozed':
      return true;
    case 'approved':
    case 'running':
    case 'awaiting-result':
    case 'awaiting-input':
    case 'in-doubt':
    case 'completed':
    case 'failed':
      return call.decisions?.some(({ decision }) => decision.type === 'approve') === true;
    case 'proposed':
    case 'deferred':
    case 'denied':
    case 'rejected':
    case 'cancelled':
      return false;
  }
}

function natureOf(tools: GrantOptions['tools'], name: string): ToolNature | undefined {
  if (typeof tools === 'function') return tools(name);
  const sets = isList(tools) ? tools : [tools];
  return sets.find((set) => Object.hasOwn(set, name))?.[name];
}

function isList(tools: MixedTools | readonly MixedTools[]): tools is readonly MixedTools[] {
  return Array.isArray(tools);
}

function idOf(rule: Rule): string {
  return sha256(JSON.stringify(rule)).slice(0, 32);
}

function refused(because: string): GrantOffer & GrantAnswer & { readonly type: 'refused' } {
  return { type: 'refused', because };
}
