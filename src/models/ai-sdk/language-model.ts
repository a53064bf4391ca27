import type { Json, JsonObject } from '../../conversation/json.ts';

/**
 * A language model of the AI SDK, of version 3 or 4 of its specification, as far as it is used here. What `openai('gpt-5')`
 * of `@ai-sdk/openai` and its like give.
 */
export interface AiSdkModel {
  readonly specificationVersion: 'v3' | 'v4';
  readonly provider: string;
  readonly modelId: string;
  /** `never` takes every version's own type of the options. */
  readonly doStream: (options: never) => PromiseLike<{ readonly stream: PartStream }>;
}

/** A `ReadableStream` of parts. */
export interface PartStream {
  getReader(): PartReader;
}

/** Gives the parts of an answer, one by one. */
export interface PartReader {
  read(): Promise<{ readonly done: boolean; readonly value?: unknown }>;
  cancel(reason?: unknown): Promise<void>;
}

/** What a provider wants back with a part, by the name of the provider. */
export type Metadata = Readonly<Record<string, JsonObject>>;

/** Something that was not honoured. */
export interface SdkWarning {
  readonly type: string;
  readonly feature?: string;
  readonly setting?: string;
  readonly details?: string;
  readonly message?: string;
}

/** Tokens as both versions tell them. */
export interface SdkUsage {
  readonly inputTokens?: {
    readonly total?: number | undefined;
    readonly noCache?: number | undefined;
    readonly cacheRead?: number | undefined;
    readonly cacheWrite?: number | undefined;
  };
  readonly outputTokens?: {
    readonly total?: number | undefined;
    readonly text?: number | undefined;
    readonly reasoning?: number | undefined;
  };
  readonly raw?: Json;
}

/** The bytes of a file that a model made: version 4 says what they are, version 3 gives them bare. */
export type MadeFile =
  | string
  | Uint8Array
  | { readonly type: 'data'; readonly data: string | Uint8Array }
  | { readonly type: 'url'; readonly url: URL };

interface WithMetadata {
  readonly providerMetadata?: Metadata;
}

/** One whole call. */
export interface ToolCallPart extends WithMetadata {
  readonly type: 'tool-call';
  readonly toolCallId: string;
  readonly toolName: string;
  readonly input: string;
  readonly providerExecuted?: boolean;
}

/** What came of a call that the provider ran itself. */
export interface ToolResultPart extends WithMetadata {
  readonly type: 'tool-result';
  readonly toolCallId: string;
  readonly toolName: string;
  readonly result: Json;
  readonly isError?: boolean;
  readonly preliminary?: boolean;
}

/** A citation. */
export interface SourceStreamPart extends WithMetadata {
  readonly type: 'source';
  readonly sourceType: string;
  readonly id: string;
  readonly url?: string;
  readonly title?: string;
  readonly mediaType?: string;
  readonly filename?: string;
}

/** A file that the model made. */
export interface FileStreamPart extends WithMetadata {
  readonly type: 'file' | 'reasoning-file';
  readonly mediaType: string;
  readonly data: MadeFile;
}

/** The parts of a stream, of both versions. */
export type StreamPart =
  | { readonly type: 'stream-start'; readonly warnings: readonly SdkWarning[] }
  | { readonly type: 'response-metadata'; readonly id?: string; readonly modelId?: string }
  | ({ readonly type: 'text-start' | 'reasoning-start'; readonly id: string } & WithMetadata)
  | ({ readonly type: 'text-delta' | 'reasoning-delta'; readonly id: string; readonly delta: string } & WithMetadata)
  | ({ readonly type: 'text-end' | 'reasoning-end'; readonly id: string } & WithMetadata)
  | {
      readonly type: 'tool-input-start';
      readonly id: string;
      readonly toolName: string;
      readonly inputEncoding?: 'json' | 'text';
    }
  | { readonly type: 'tool-input-delta'; readonly id: string; readonly delta: string }
  | { readonly type: 'tool-input-end'; readonly id: string }
  | ToolCallPart
  | ToolResultPart
  | { readonly type: 'tool-approval-request'; readonly approvalId: string; readonly toolCallId: string }
  | SourceStreamPart
  | FileStreamPart
  | ({ readonly type: 'custom'; readonly kind: string } & WithMetadata)
  | {
      readonly type: 'finish';
      readonly usage?: SdkUsage;
      readonly finishReason: { readonly unified: string; readonly raw?: string | undefined };
    }
  | { readonly type: 'error'; readonly error: unknown }
  | { readonly type: 'raw' | 'ping' };
