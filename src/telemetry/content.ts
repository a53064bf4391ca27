import { redacted, withheld } from '../conversation/redaction.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import type { ContentAbout, ContentKind, TelemetryOptions } from './options.ts';
import { quietly } from './quietly.ts';

/** What may be told of values that people, models and tools have made. */
export class Content {
  /** Whether anything may be told at all. */
  readonly isOn: boolean;
  readonly #told: NonNullable<TelemetryOptions['content']>;

  constructor(told: TelemetryOptions['content'] = false) {
    this.isOn = told !== false;
    this.#told = told;
  }

  /** What may be told of a value; `undefined` for nothing. */
  of(value: unknown, about: ContentAbout): unknown {
    const told = this.#told;
    if (typeof told !== 'function') return told ? value : undefined;
    const shown = quietly(() => told(value, about));
    // A promise says nothing yet, and nobody waits for it.
    return shown instanceof Promise ? void shown.catch(() => {}) : shown;
  }

  /** The same as text, for an attribute. */
  text(value: unknown, about: ContentAbout): string | undefined {
    return textOf(this.of(value, about));
  }

  /** What may be told of a value of a call: what its tool keeps to itself never stands in a span, and a function is not given it. */
  ofCall(value: unknown, kind: ContentKind, { name, sensitive }: Pick<ToolCall, 'name' | 'sensitive'>): unknown {
    return this.of(sensitive ? redacted(value, sensitive) : value, { kind, tool: name });
  }

  /** The same of words that were made of such values: of those nobody knows what is in them. */
  wordsOfCall(words: string, kind: ContentKind, { name, sensitive }: Pick<ToolCall, 'name' | 'sensitive'>): unknown {
    return this.of(sensitive ? withheld : words, { kind, tool: name });
  }
}

/** A value as an attribute holds it. */
export function textOf(value: unknown): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  return quietly(() => JSON.stringify(value) as string | undefined);
}
