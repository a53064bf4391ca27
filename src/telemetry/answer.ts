import type { Attributes } from '@opentelemetry/api';
import type { ModelCall, ModelEvent } from '../chat/model.ts';
import type { Conversation } from '../conversation/conversation.ts';
import type { ModelUsage } from '../conversation/usage.ts';
import { textOf } from './content.ts';
import type { Content } from './content.ts';
import { providerName } from './provider-name.ts';

type Finish = Extract<ModelEvent, { readonly type: 'finish' }>;
/** Tokens of one model call or several. */
export interface Counts extends Pick<ModelUsage, 'input' | 'output' | 'cachedInput' | 'reasoning'> {
  /** Written to a cache, where the provider says so. */
  readonly cacheCreation?: number;
}

/** What a model has told in one call. */
export class Answer {
  finish: Finish | undefined;
  readonly #content: Content | undefined;
  /** Of answers that were withdrawn in the middle of the call: another provider took over. */
  #withdrawn: Counts | undefined;
  #usage: Counts | undefined;
  readonly #conversation: Conversation;
  #parts: AnswerPart[] = [];

  /** `content` where words may be told; `conversation` has the calls that were heard of. */
  constructor(content: Content | undefined, conversation: Conversation) {
    this.#content = content;
    this.#conversation = conversation;
  }

  /** Tokens, where the provider said how many. */
  get usage(): Counts | undefined {
    return sum(this.#withdrawn, this.#usage);
  }

  see(event: ModelEvent): void {
    if (event.type === 'usage') this.#usage = countsOf(event.usage);
    else if (event.type === 'finish') this.finish = event;
    else if (event.type === 'reset') this.#reset();
    else if (this.#content) this.#listen(event);
  }

  attributes(): Attributes {
    const { finish } = this;
    return {
      ...(finish && { 'gen_ai.response.finish_reasons': [finish.reason] }),
      ...(finish?.responseId !== undefined && { 'gen_ai.response.id': finish.responseId }),
      ...this.named(),
      ...usageAttributes(this.usage),
      ...(this.#content && { 'gen_ai.output.messages': this.#words() }),
    };
  }

  /** Who really answered. */
  named(): Attributes {
    const { finish } = this;
    return {
      ...(finish?.provider !== undefined && { 'gen_ai.provider.name': providerName(finish.provider) }),
      ...(finish?.model !== undefined && { 'gen_ai.response.model': finish.model }),
    };
  }

  #reset(): void {
    this.#withdrawn = this.usage;
    this.#usage = undefined;
    this.#parts = [];
  }

  #listen(event: ModelEvent): void {
    if (event.type === 'text' || event.type === 'reasoning') {
      const last = this.#parts.at(-1);
      if (last && last.type === event.type) last.content += event.delta;
      else this.#parts.push({ type: event.type, content: event.delta });
    } else if (event.type === 'call') {
      const { id, name, arguments: given } = event;
      this.#parts.push({ type: 'tool_call', ...(id !== undefined && { id }), name, arguments: given });
    }
  }

  /** What a tool keeps to itself is known of the call that came of this: of one that has not come nothing is told. */
  #given({ name, arguments: given }: Pick<ModelCall, 'name' | 'arguments'>): unknown {
    const call = this.#conversation.messages
      .findLast(({ role }) => role === 'assistant')
      ?.parts.flatMap((part) => (part.type === 'tool' ? [part.call] : []))
      .find((one) => one.name === name && one.arguments === given);
    if (!call) return undefined;
    // As its provider wrote them, nobody knows what stands where in them.
    if (call.sensitive) return this.#content?.wordsOfCall(given, 'arguments', call);
    return this.#content?.of(given, { kind: 'arguments', tool: name });
  }

  #words(): string {
    const parts = this.#parts.map((part) => {
      return part.type === 'tool_call'
        ? { ...part, arguments: this.#given(part) }
        : { ...part, content: this.#content?.of(part.content, { kind: 'output' }) };
    });
    return textOf([{ role: 'assistant', parts, finish_reason: this.finish?.reason }]) ?? '';
  }
}

/** A piece of an answer: words, or a call as its provider wrote it. */
type AnswerPart =
  | { readonly type: 'text' | 'reasoning'; content: string }
  | ({ readonly type: 'tool_call' } & Pick<ModelCall, 'id' | 'name' | 'arguments'>);

/** Tokens as attributes. */
export function usageAttributes(usage: Counts | undefined): Attributes {
  if (!usage) return {};
  return {
    'gen_ai.usage.input_tokens': usage.input,
    'gen_ai.usage.output_tokens': usage.output,
    'gen_ai.usage.cache_read.input_tokens': usage.cachedInput,
    ...(usage.cacheCreation !== undefined && { 'gen_ai.usage.cache_creation.input_tokens': usage.cacheCreation }),
    'gen_ai.usage.reasoning.output_tokens': usage.reasoning,
  };
}

/** Anthropic Messages alone tells what was written to a cache. */
function countsOf({ raw, ...usage }: ModelUsage): Counts {
  const { cache_creation_input_tokens: cacheCreation } = (raw ?? {}) as Readonly<Record<string, unknown>>;
  return typeof cacheCreation === 'number' ? { ...usage, cacheCreation } : usage;
}

/** Both together; nothing where nobody has told anything. */
export function sum(one: Counts | undefined, other: Counts | undefined): Counts | undefined {
  if (!one || !other) return one ?? other;
  const created = one.cacheCreation ?? other.cacheCreation;
  return {
    ...(created !== undefined && { cacheCreation: (one.cacheCreation ?? 0) + (other.cacheCreation ?? 0) }),
    input: one.input + other.input,
    output: one.output + other.output,
    cachedInput: one.cachedInput + other.cachedInput,
    reasoning: one.reasoning + other.reasoning,
  };
}
