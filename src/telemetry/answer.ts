import type { Attributes } from '@opentelemetry/api';
import type { ModelEvent } from '../chat/model.ts';
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
  #parts: object[] = [];

  /** `content` where words may be told. */
  constructor(content: Content | undefined) {
    this.#content = content;
  }

  /** Tokens, where the provider said how many. */
  get usage(): Counts | undefined {
    return sum(this.#withdrawn, this.#usage);
  }

  see(event: ModelEvent): void {
    if (event.type === 'usage') this.#usage = countsOf(event.usage);
    else if (event.type === 'finish') this.finish = event;
    else if (event.type === 'reset') this.#reset();
    else if (this.#content) this.#listen(this.#content, event);
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

  #listen(content: Content, event: ModelEvent): void {
    if (event.type === 'text' || event.type === 'reasoning') {
      const last = this.#parts.at(-1) as { type: string; content: string } | undefined;
      if (last?.type === event.type) last.content += event.delta;
      else this.#parts.push({ type: event.type, content: event.delta });
    } else if (event.type === 'call') {
      const given = content.of(event.arguments, { kind: 'arguments', tool: event.name });
      this.#parts.push({ type: 'tool_call', id: event.id, name: event.name, arguments: given });
    }
  }

  #words(): string {
    const parts = this.#parts.map((part) => {
      if (!('content' in part)) return part;
      return { ...part, content: this.#content?.of(part.content, { kind: 'output' }) };
    });
    return textOf([{ role: 'assistant', parts, finish_reason: this.finish?.reason }]) ?? '';
  }
}

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
