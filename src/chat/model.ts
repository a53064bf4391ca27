import type { FilePart, Origin } from '../conversation/content.ts';
import type { Json } from '../conversation/json.ts';
import type { FinishReason, Message } from '../conversation/message.ts';
import type { DataPart, SourcePart } from '../conversation/part.ts';
import type { ModelUsage } from '../conversation/usage.ts';

/**
 * One model of one provider. It holds no state of a conversation, so many chats may share it.
 *
 * `stream` yields events, one by one or in batches (what one read of the network held), and ends with `finish`;
 * ending without it counts as a cut answer. It throws `ChatError` for what the provider refused.
 *
 * @example
 * const echo: Model = {
 *   provider: 'example',
 *   id: 'echo',
 *   async *stream({ messages }) {
 *     yield { type: 'text', delta: textOf(messages.at(-1)!) };
 *     yield { type: 'finish', reason: 'stop' };
 *   },
 * };
 */
export interface Model {
  readonly provider: string;
  readonly id: string;
  /** How often a failed call is made again by the loop. Default: 2. */
  readonly maxRetries?: number;
  stream(request: ModelRequest): AsyncIterable<ModelEvent | readonly ModelEvent[]>;
  /** Told of each answer that came to its end. */
  done?(response: ResponseInfo): void;
}

/** An answer that came to its end. */
export interface ResponseInfo {
  readonly finish: FinishReason;
  readonly usage: ModelUsage | undefined;
  readonly responseId: string | undefined;
  /** The model that really answered. */
  readonly model: string;
}

/** What a model is asked. */
export interface ModelRequest {
  /** The conversation; every call in it is settled. `resultOf(call)` says what the provider is told of each. */
  readonly messages: readonly Message[];
  readonly instructions?: string;
  /** In an order that does not change, rendered once for a chat. */
  readonly tools: readonly ToolDeclaration[];
  readonly settings: Settings;
  readonly signal: AbortSignal;
  /** Lives as long as the conversation: a model may keep here what it rendered before, under a key of its own. */
  readonly kept: Map<unknown, unknown>;
}

/** A tool as the model is told of it. */
export interface ToolDeclaration {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the arguments. */
  readonly inputSchema: Readonly<Record<string, unknown>>;
}

/** What is asked of a model beside the words. What a wire cannot do is a `warning` in the stream. */
export interface Settings {
  readonly temperature?: number;
  readonly maxOutputTokens?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly stop?: readonly string[];
  readonly seed?: number;
  readonly presencePenalty?: number;
  readonly frequencyPenalty?: number;
  readonly reasoning?: 'off' | 'low' | 'medium' | 'high' | { readonly budget: number };
  readonly toolChoice?: ToolChoice;
  readonly parallelToolCalls?: boolean;
  /** Whether the provider may keep the prompt, so that what is sent again costs less. Default: as the provider does. */
  readonly cache?: boolean;
  /** Put into the request body as they are, by provider: `{ openai: { store: false } }`. */
  readonly providerOptions?: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Whether the model may, must not or must call tools, or which one it must call. */
export type ToolChoice = 'auto' | 'none' | 'required' | { readonly tool: string };

/** What a model tells. `part` tells pieces of several parts apart, where a wire interleaves them. */
export type ModelEvent =
  | { readonly type: 'text'; readonly delta: string; readonly part?: number; readonly origin?: Origin }
  | { readonly type: 'reasoning'; readonly delta: string; readonly part?: number; readonly origin?: Origin }
  /** What was told of this answer so far is withdrawn, and it begins anew: another provider took over. */
  | { readonly type: 'reset'; readonly reason: string }
  /** A piece of a call's arguments. `key` tells calls of one answer apart, and `call` repeats it. */
  | { readonly type: 'tool-input'; readonly key: string | number; readonly name: string; readonly delta: string }
  | ModelCall
  | { readonly type: 'part'; readonly value: FilePart | SourcePart | DataPart }
  | { readonly type: 'usage'; readonly usage: ModelUsage }
  | {
      readonly type: 'finish';
      readonly reason: FinishReason;
      readonly raw?: string;
      /** The model that really answered. */
      readonly model?: string;
      readonly responseId?: string;
    }
  | { readonly type: 'warning'; readonly setting?: string; readonly reason: string };

/** A whole tool call. */
export interface ModelCall {
  readonly type: 'call';
  readonly key?: string | number;
  /** The provider's id, if it gave one. */
  readonly id?: string;
  readonly name: string;
  /** Exactly as the provider wrote them. */
  readonly arguments: string;
  /** The provider stopped before the arguments were complete: the call will fail, never run. */
  readonly incomplete?: true;
  readonly providerExecuted?: true;
  readonly origin?: Origin;
}
