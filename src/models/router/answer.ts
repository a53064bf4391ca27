import type { Model, ModelEvent, ModelRequest } from '../../chat/model.ts';
import { ChatError } from '../../conversation/error.ts';
import type { ModelUsage } from '../../conversation/usage.ts';
import type { Attempt } from './breaker.ts';
import type { Member } from './member.ts';

type Finish = Extract<ModelEvent, { readonly type: 'finish' }>;

/** The answer of one member, whatever it does: events, then one finish at the end, or an error. */
export class Answer {
  /** Whether something was told that another answer would contradict. */
  hasBegun = false;
  /** Whether the provider has run tools of its own, which would run twice (rule W3). */
  hasActed = false;
  usage: ModelUsage | undefined;
  readonly #member: Member;
  readonly #attempt: Attempt;
  #held: readonly ModelEvent[];
  #finish: Finish | undefined;

  /** `head` comes before its first event. */
  constructor(member: Member, attempt: Attempt, head: readonly ModelEvent[]) {
    this.#member = member;
    this.#attempt = attempt;
    this.#held = head;
  }

  /** Warnings and usage wait for words: an error before those leaves no trace of a member. */
  async *events(request: ModelRequest): AsyncGenerator<readonly ModelEvent[], void> {
    const { model } = this.#member;
    try {
      for await (const read of model.stream(request)) {
        const told = this.#look('type' in read ? [read] : read);
        if (told.length > 0) yield told;
      }
    } catch (error) {
      // Whole is whole, whatever becomes of the connection; a stop is a stop.
      if (!this.#finish || request.signal.aborted) throw error;
    }
    if (!this.#finish) throw cut(this.#member);
    yield this.#end(this.#finish);
  }

  /** What is told of a read. */
  #look(read: readonly ModelEvent[]): readonly ModelEvent[] {
    let told = read;
    for (const event of read) {
      if (event.type === 'finish') {
        this.#finish ??= event;
        told = told.filter((one) => one !== event);
      } else if (event.type === 'usage') this.usage = event.usage;
      else if (event.type !== 'warning') this.#begin();
      if (event.type === 'result' || (event.type === 'call' && event.providerExecuted)) this.hasActed = true;
    }
    if (!this.hasBegun) {
      this.#held = [...this.#held, ...told];
      return [];
    }
    if (this.#held.length === 0) return told;
    const all = [...this.#held, ...told];
    this.#held = [];
    return all;
  }

  #begin(): void {
    if (!this.hasBegun) this.#attempt.began();
    this.hasBegun = true;
  }

  #end(finish: Finish): readonly ModelEvent[] {
    const { model } = this.#member;
    this.#attempt.ended();
    const name = { provider: finish.provider ?? model.provider, model: finish.model ?? model.id };
    const warnings = tell(model, finish, this.usage);
    return [...this.#held, ...warnings, { ...finish, ...name }];
  }
}

/** A member is told of its answer here: who gave which answer is known nowhere else. */
function tell(model: Model, finish: Finish, usage: ModelUsage | undefined): readonly ModelEvent[] {
  try {
    model.done?.({
      finish: finish.reason,
      usage,
      responseId: finish.responseId,
      provider: finish.provider ?? model.provider,
      model: finish.model ?? model.id,
    });
    return [];
  } catch {
    return [{ type: 'warning', reason: `${model.provider}/${model.id} failed when it was told of its answer.` }];
  }
}

function cut({ name }: Member): ChatError {
  return new ChatError('incomplete-response', `The answer of ${name} ended before its end.`, { retryable: true });
}
