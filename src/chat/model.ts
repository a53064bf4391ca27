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
  readonly maxRetries?: number | undefined;
  /** What it can do beyond words; what is absent is not known. */
  readonly capabilities?: Capabilities | undefined;
  stream(request: ModelRequest): AsyncIterable<ModelEvent | readonly ModelEvent[]>;
  /** Told of each answer that came to its end. */
  done?(response: ResponseInfo): void;
}

/** What a model can do beyond words. */
export interface Capabilities {
  /** Whether it makes tool calls. */
  readonly tools?: boolean;
  /** Whether it thinks before it speaks. */
  readonly reasoning?: boolean;
  /** The media types of files that it reads, such as `image/*` and `application/pdf`. */
  readonly files?: readonly string[];
  /**
   * Whether it gives a structured output by its provider's own means (`ModelRequest.output`): beside tools too, or only
   * where there are none. Absent: it gives it by a tool.
   */
  readonly output?: 'always' | 'without-tools';
}

/** An answer that came to its end. */
export interface ResponseInfo {
  readonly finish: FinishReason;
  readonly usage: ModelUsage | undefined;
  readonly responseId: string | undefined;
  /** The provider that really answered. */
  readonly provider: string;
  /** The model that really answered. */
  readonly model: string;
}

/** What a model is asked. */
export interface ModelRequest {
  /**
   * The conversation; every call in it is settled, and `resultOf(call)` says what the provider is told of each. But for
   * those that a provider runs: `running`, they are still at work there, or, where `needsApproval`, were approved, and this
   * request is to say so. What came of them is told by a `result`.
   */
  readonly messages: readonly Message[];
  readonly instructions?: string;
  /** In an order that does not change, rendered once for a chat. */
  readonly tools: readonly ToolDeclaration[];
  /** Tools that a provider runs itself; a model leaves out those of other providers, with a warning. */
  readonly providerTools?: readonly ProviderToolDeclaration[];
  /** The answer is JSON of this shape; asked only of a model whose `capabilities.output` says that it can. */
  readonly output?: OutputDeclaration;
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

/** A tool that runs at its provider (web search, code execution), as `openai.webSearch()` and its like make it. */
export interface ProviderToolDeclaration {
  /** The name under which its calls are told. */
  readonly name: string;
  readonly provider: string;
  /** The provider's own word for it, such as `web_search`. */
  readonly kind: string;
  /** The provider's own options, put into the request as they are. */
  readonly options: Readonly<Record<string, Json>>;
  /** It changes nothing anywhere: a request that was cut may be made again, whatever had run (rule W3). */
  readonly effect?: 'read';
}

/** The shape of a structured output. */
export interface OutputDeclaration {
  readonly name: string;
  /** JSON Schema. */
  readonly schema: Readonly<Record<string, unknown>>;
}

/** What is asked of a model beside the words. What a wire cannot do is a `warning` in the stream. */
export interface Settings<Name extends string = string> {
  readonly temperature?: number;
  /** The longest answer of one model call. */
  readonly maxOutputTokens?: number;
  readonly topP?: number;
  readonly topK?: number;
  /** Texts at which an answer ends. */
  readonly stop?: readonly string[];
  readonly seed?: number;
  readonly presencePenalty?: number;
  readonly frequencyPenalty?: number;
  /** How much it thinks before it speaks; `budget` in tokens. */
  readonly reasoning?: 'off' | 'low' | 'medium' | 'high' | { readonly budget: number };
  /** Holds for every model call of a run: to demand one call, say it by the `step` hook. */
  readonly toolChoice?: ToolChoice<Name>;
  /** Whether one answer may hold several calls. */
  readonly parallelToolCalls?: boolean;
  /** Whether the provider may keep the prompt, so that what is sent again costs less. Default: as the provider does. */
  readonly cache?: boolean;
  /** Put into the request body as they are, by provider: `{ openai: { store: false } }`. */
  readonly providerOptions?: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  /** Sent with each request. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Whether the model may, must not or must call tools, or which one it must call. */
export type ToolChoice<Name extends string = string> = 'auto' | 'none' | 'required' | { readonly tool: Name };

/** What a model tells. `part` tells pieces of several parts apart, where a wire interleaves them. */
export type ModelEvent =
  | { readonly type: 'text'; readonly delta: string; readonly part?: number; readonly origin?: Origin }
  | { readonly type: 'reasoning'; readonly delta: string; readonly part?: number; readonly origin?: Origin }
  /** What was told of this answer so far is withdrawn, and it begins anew: another provider took over. */
  | { readonly type: 'reset'; readonly reason: string }
  /** A piece of a call's arguments. `key` tells calls of one answer apart, and `call` repeats it. */
  | { readonly type: 'tool-input'; readonly key: string | number; readonly name: string; readonly delta: string }
  | ModelCall
  | ModelResult
  | { readonly type: 'part'; readonly value: FilePart | SourcePart | DataPart }
  | { readonly type: 'usage'; readonly usage: ModelUsage }
  | {
      readonly type: 'finish';
      readonly reason: FinishReason;
      readonly raw?: string;
      /** The provider that really answered, where it is not the model's own: a router tells it. */
      readonly provider?: string;
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
  /** As declared. A tool of a provider that stands for several, such as a server of MCP, puts theirs behind it: `github.search`. */
  readonly name: string;
  /** Exactly as the provider wrote them. */
  readonly arguments: string;
  /** The provider stopped before the arguments were complete: the call will fail, never run. */
  readonly incomplete?: true;
  /** The provider runs it itself; what came of it follows as a `result`, in this answer or in a later one. */
  readonly providerExecuted?: true;
  /** The provider runs it only when somebody approved it (rule W3). */
  readonly needsApproval?: true;
  readonly origin?: Origin;
}

/** What came of a call that the provider ran itself. */
export interface ModelResult {
  readonly type: 'result';
  /** The key or the provider's id of the call. */
  readonly key?: string | number;
  readonly id?: string;
  readonly output: Json;
  /** It failed there; the output says why. */
  readonly isError?: true;
  /** Replaces the origin of the call: everything of it that goes back to the provider. */
  readonly origin?: Origin;
}
