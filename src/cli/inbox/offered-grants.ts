import type { Client } from '../../client/client.ts';
import type { InboxItem } from '../../client/views.ts';
import { ChatError } from '../../conversation/error.ts';
import type { GrantScope, Grant } from '../../conversation/grant.ts';
import type { Rule } from '../../conversation/rule.ts';
import type { Suggestion } from '../../conversation/suggestion.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import type { CallGranter, GrantedRule } from '../grants/granter.ts';

/** What a server offers to grant beside the calls that wait. */
export class OfferedGrants implements CallGranter {
  readonly #client: Client;
  #offers = new Map<string, InboxItem['grants']>();
  /** The id of each rule that was offered. */
  readonly #ids = new WeakMap<Rule, string>();

  constructor(client: Client) {
    this.#client = client;
  }

  /** Takes what was offered with these. */
  know(items: readonly InboxItem[]): void {
    this.#offers = new Map(items.map(({ call, grants }) => [call.id, grants]));
  }

  get scopes(): readonly GrantScope[] {
    const scopes = [...this.#offers.values()].flatMap((offer) => (offer?.type === 'offered' ? offer.scopes : []));
    return [...new Set(scopes)];
  }

  offer({ id }: ToolCall): Suggestion {
    const offer = this.#offers.get(id);
    if (offer?.type !== 'offered') return offer ?? { type: 'refused', because: 'the server grants nothing' };
    for (const { id: choice, rule } of offer.choices) this.#ids.set(rule, choice);
    const [exact, ...steps] = offer.choices;
    return exact ? { type: 'suggested', exact: exact.rule, steps } : { type: 'refused', because: 'nothing is offered' };
  }

  /** Throws `ChatError` for what is not offered. */
  async grant(call: ToolCall, { rule, scope, thread }: GrantedRule): Promise<Grant> {
    const choice = this.#ids.get(rule);
    if (choice === undefined) throw new ChatError('invalid-request', 'Granting: that was not offered.');
    return this.#client.grant(thread, call.id, { choice, scope });
  }
}
