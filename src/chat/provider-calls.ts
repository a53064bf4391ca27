import type { Conversation } from '../conversation/conversation.ts';
import type { ToolChangedEvent } from '../conversation/event.ts';
import { move } from '../conversation/move.ts';
import { textOfOutput } from '../conversation/result.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import type { ModelCall, ModelResult, ProviderToolDeclaration } from './model.ts';

/** The calls of one answer that its provider runs itself, and what it tells of those of earlier ones (rule W3). */
export class ProviderCalls {
  /** What was told of calls of earlier answers: no commit has it while this one is spoken. */
  readonly results: ToolChangedEvent[] = [];
  /** Whether a tool was at work there that may have changed something. */
  acted = false;
  readonly #conversation: Conversation;
  readonly #declared: readonly ProviderToolDeclaration[];
  /** Those of this answer whose end is open, by key and by the provider's id. */
  readonly #open = new Map<string | number | undefined, ToolCall>();

  constructor(conversation: Conversation, declared: readonly ProviderToolDeclaration[] = []) {
    this.#conversation = conversation;
    this.#declared = declared;
  }

  /** The call as it is told: at work, or put to us first. Half a call, which never runs, is too. */
  add(proposed: ToolCall, { key, id, needsApproval, incomplete }: ModelCall): ToolCall {
    const effect = this.#declared.find(({ name }) => name === declaredName(proposed.name))?.effect;
    const facts = {
      providerExecuted: true,
      ...(effect && { effect }),
      ...(needsApproval && { needsApproval }),
    } as const;
    if (needsApproval || incomplete) return { ...proposed, ...facts };
    const call: ToolCall = { ...proposed, ...facts, state: 'running' };
    this.acted ||= effect !== 'read';
    for (const name of [key, id]) if (name !== undefined) this.#open.set(name, call);
    return call;
  }

  /** What came of a call, of this answer or of an earlier one; a result of none that is at work tells nothing. */
  settle({ key, id, output = null, isError, origin }: ModelResult): readonly ToolChangedEvent[] {
    const here = this.#open.get(key) ?? this.#open.get(id);
    const call = here ?? this.#conversation.unsettled.findLast((one) => isAt(one, id) && !this.#isTold(one));
    if (!call) return [];
    const to = isError
      ? ({
          state: 'failed',
          reason: textOfOutput(output),
          outcome: call.effect === 'read' ? 'none' : 'unknown',
        } as const)
      : ({ state: 'completed', output } as const);
    const event: ToolChangedEvent = {
      type: 'tool',
      call: move(call, isError ? 'fail' : 'complete', to),
      ...(origin && { origin }),
    };
    if (!here) this.results.push(event);
    for (const [name, one] of this.#open) if (one === call) this.#open.delete(name);
    return [event];
  }

  /** Results that had come and that nobody has read: what is known of an effect is not dropped (rule E3). */
  get unfolded(): readonly ToolChangedEvent[] {
    return this.results.filter(({ call }) => this.#conversation.findCall(call.id)?.revision === call.revision - 1);
  }

  /** The answer begins anew. */
  clear(): void {
    this.#open.clear();
  }

  #isTold({ id }: ToolCall): boolean {
    return this.results.some(({ call }) => call.id === id);
  }
}

/** The name of the tool as it was declared: one that stands for several puts their names behind its own. */
export function declaredName(name: string): string {
  return name.split('.', 1)[0]!;
}

function isAt({ providerExecuted, state, providerId }: ToolCall, id: string | undefined): boolean {
  return providerExecuted === true && state === 'running' && providerId === id && id !== undefined;
}
