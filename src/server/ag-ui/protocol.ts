import type { TokenUsage } from './spending.ts';

/** One event of an AG-UI stream, version 1.0. What is optional is left out, never null. */
export type AgUiEvent =
  | {
      readonly type: 'RUN_STARTED';
      readonly threadId: string;
      readonly runId: string;
      readonly parentRunId?: string;
      readonly protocolVersion: '1.0';
    }
  | RunFinished
  | {
      readonly type: 'RUN_ERROR';
      readonly message: string;
      readonly code: string;
      readonly usage?: readonly TokenUsage[];
    }
  | { readonly type: 'TEXT_MESSAGE_START'; readonly messageId: string; readonly role: 'assistant' | 'user' }
  | { readonly type: 'TEXT_MESSAGE_CONTENT'; readonly messageId: string; readonly delta: string }
  | { readonly type: 'TEXT_MESSAGE_END'; readonly messageId: string }
  | { readonly type: 'REASONING_START' | 'REASONING_MESSAGE_END' | 'REASONING_END'; readonly messageId: string }
  | { readonly type: 'REASONING_MESSAGE_START'; readonly messageId: string; readonly role: 'reasoning' }
  | { readonly type: 'REASONING_MESSAGE_CONTENT'; readonly messageId: string; readonly delta: string }
  | {
      readonly type: 'TOOL_CALL_START';
      readonly toolCallId: string;
      readonly toolCallName: string;
      readonly parentMessageId: string;
    }
  | { readonly type: 'TOOL_CALL_ARGS'; readonly toolCallId: string; readonly delta: string }
  | { readonly type: 'TOOL_CALL_END'; readonly toolCallId: string }
  | ({ readonly type: 'TOOL_CALL_RESULT'; readonly messageId: string; readonly role: 'tool' } & Result)
  | { readonly type: 'MESSAGES_SNAPSHOT'; readonly messages: readonly AgUiMessage[] }
  | { readonly type: 'CUSTOM'; readonly name: string; readonly value: unknown };

/** The end of a run that did not fail. */
export interface RunFinished {
  readonly type: 'RUN_FINISHED';
  readonly threadId: string;
  readonly runId: string;
  readonly outcome:
    | { readonly type: 'success'; readonly pendingToolCallIds?: readonly string[] }
    | { readonly type: 'interrupt'; readonly interrupts: readonly Interrupt[] }
    | { readonly type: 'cancelled' };
  readonly usage?: readonly TokenUsage[];
}

/** What a run waits for that a person has to say. */
export interface Interrupt {
  readonly id: string;
  readonly reason: 'tool_call' | 'input_required' | 'yourcall:in_doubt';
  readonly message: string;
  readonly toolCallId: string;
  /** JSON Schema of the payload with which it is resolved. */
  readonly responseSchema: object;
  /** ISO 8601. */
  readonly expiresAt?: string;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** What became of a tool call. */
export interface Result {
  readonly toolCallId: string;
  readonly content: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** A message as AG-UI keeps it: what tools came to, and what a model thought, are messages of their own. */
export type AgUiMessage =
  | { readonly id: string; readonly role: 'user'; readonly content: string | readonly AgUiPart[] }
  | {
      readonly id: string;
      readonly role: 'assistant';
      readonly content?: string;
      readonly toolCalls?: readonly AgUiCall[];
    }
  | { readonly id: string; readonly role: 'reasoning'; readonly content: string }
  | ({ readonly id: string; readonly role: 'tool'; readonly error?: string } & Result);

/** A tool call in a message of the model. */
export interface AgUiCall {
  readonly id: string;
  readonly type: 'function';
  readonly function: { readonly name: string; readonly arguments: string };
}

/** A piece of what a user says. */
export type AgUiPart =
  | { readonly type: 'text'; readonly text: string }
  | {
      readonly type: 'image' | 'audio' | 'video' | 'document';
      readonly source: {
        readonly type: 'data' | 'url';
        readonly value: string;
        readonly mimeType: string;
      };
    };
