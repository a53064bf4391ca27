import type { Json } from '../../conversation/json.ts';

/** One piece of a UI message stream of the AI SDK, version 1. */
export type Chunk =
  | { readonly type: 'start'; readonly messageId?: string }
  | { readonly type: 'start-step' | 'finish-step' | 'reset-step' }
  | { readonly type: 'text-start' | 'text-end' | 'reasoning-start' | 'reasoning-end'; readonly id: string }
  | { readonly type: 'text-delta' | 'reasoning-delta'; readonly id: string; readonly delta: string }
  | CallChunk
  | { readonly type: 'source-url'; readonly sourceId: string; readonly url: string; readonly title?: string }
  | SourceDocument
  | { readonly type: 'file'; readonly url: string; readonly mediaType: string }
  | { readonly type: `data-${string}`; readonly id: string; readonly data: Json }
  | { readonly type: 'finish'; readonly finishReason: Finish }
  | { readonly type: 'abort'; readonly reason?: string }
  | { readonly type: 'error'; readonly errorText: string };

/** A source without an address. */
export interface SourceDocument {
  readonly type: 'source-document';
  readonly sourceId: string;
  readonly mediaType: string;
  readonly title: string;
}

/** What a stream tells of a tool call. */
export type CallChunk =
  | ({ readonly type: 'tool-input-start' } & Named)
  | { readonly type: 'tool-input-delta'; readonly toolCallId: string; readonly inputTextDelta: string }
  | ({ readonly type: 'tool-input-available'; readonly input: unknown; readonly toolMetadata?: object } & Named)
  | ({ readonly type: 'tool-approval-request'; readonly toolCallId: string } & ApprovalRequest)
  | ({ readonly type: 'tool-approval-response' } & ApprovalResponse)
  | {
      readonly type: 'tool-output-available';
      readonly toolCallId: string;
      readonly output: unknown;
      readonly preliminary?: true;
    }
  | { readonly type: 'tool-output-error'; readonly toolCallId: string; readonly errorText: string }
  | { readonly type: 'tool-output-denied'; readonly toolCallId: string };

interface Named {
  readonly toolCallId: string;
  readonly toolName: string;
  readonly providerExecuted?: true;
}

interface ApprovalRequest {
  readonly approvalId: string;
  readonly reason?: string;
  readonly approvalDescriptor?: object;
  readonly isAutomatic?: true;
}

interface ApprovalResponse {
  readonly approvalId: string;
  readonly approved: boolean;
  readonly reason?: string;
}

/** Why an answer ended, in the words of the AI SDK. `interrupted` keeps a client from going on by itself. */
export type Finish = 'stop' | 'length' | 'content-filter' | 'tool-calls' | 'other' | 'interrupted';
