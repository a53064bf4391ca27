import type { Json } from '../../conversation/json.ts';
import type { Approval, Standing } from './call-view.ts';
import type { SourceDocument } from './chunk.ts';

/** A message as the AI SDK keeps it: all that was answered to one word is one message. */
export interface UIMessage {
  readonly id: string;
  readonly role: 'user' | 'assistant';
  readonly parts: readonly UIPart[];
}

/** A piece of such a message. */
export type UIPart =
  | { readonly type: 'step-start' }
  | { readonly type: 'text' | 'reasoning'; readonly text: string; readonly state?: 'streaming' | 'done' }
  | { readonly type: 'file'; readonly mediaType: string; readonly url: string; readonly filename?: string }
  | { readonly type: 'source-url'; readonly sourceId: string; readonly url: string; readonly title?: string }
  | SourceDocument
  | { readonly type: `data-${string}`; readonly id: string; readonly data: Json }
  | ToolUIPart;

/** A tool call in such a message. */
export interface ToolUIPart {
  readonly type: `tool-${string}`;
  readonly toolCallId: string;
  readonly state: Standing;
  readonly input: unknown;
  readonly approval?: Approval;
  readonly output?: unknown;
  readonly errorText?: string;
  readonly providerExecuted?: true;
  readonly toolMetadata?: object;
}
