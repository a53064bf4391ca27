import type { JsonObject } from './json.ts';
import type { Part } from './part.ts';
import type { ModelUsage } from './usage.ts';

/** Why a model stopped. */
export type FinishReason = 'stop' | 'tool-calls' | 'length' | 'content-filter' | 'refusal' | 'pause-turn' | 'other';

/** Which model spoke: of which provider, under which name. */
export interface ModelName {
  readonly provider: string;
  readonly id: string;
}

/**
 * One message. There is one assistant message per step; neighbours are never merged.
 * Times are milliseconds since the epoch.
 */
export interface Message {
  readonly id: string;
  readonly role: 'system' | 'user' | 'assistant';
  readonly parts: readonly Part[];
  readonly at: number;
  /** Who said it, when several people talk. */
  readonly author?: string;
  readonly metadata?: JsonObject;
  /** Assistant: which model answered. */
  readonly model?: ModelName;
  /** Assistant: why it stopped; absent while it speaks and when it was cut. */
  readonly finish?: FinishReason;
  readonly usage?: ModelUsage;
  /** Assistant: the structured output that its text is, as its schema has made it. One that came by a tool stands in its call. */
  readonly output?: unknown;
  /** Assistant: the answer was cut by an abort or an error; what had come is kept. */
  readonly interrupted?: true;
}

/** The text of a message: its text parts, joined. */
export function textOf(message: Message): string {
  let text = '';
  for (const part of message.parts) if (part.type === 'text') text += part.text;
  return text;
}
