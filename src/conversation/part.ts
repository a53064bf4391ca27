import type { FilePart, Origin, TextPart } from './content.ts';
import type { Json } from './json.ts';
import type { Sensitive } from './sensitive.ts';
import type { ToolCall } from './tool-call.ts';

/** What the model thought before it spoke. */
export interface ReasoningPart {
  readonly type: 'reasoning';
  readonly text: string;
  readonly origin?: Origin;
}

/** A citation: where something in the answer comes from. */
export interface SourcePart {
  readonly type: 'source';
  readonly url?: string;
  readonly title?: string;
  readonly data?: Json;
  readonly origin?: Origin;
}

/** A structured value that a model or a tool emitted. */
export interface DataPart {
  readonly type: 'data';
  readonly name: string;
  readonly data: Json;
  /** The tool that emitted it; absent: the model did. */
  readonly tool?: string;
  /** As the call has it whose tool emitted it. */
  readonly sensitive?: Sensitive;
}

/** A tool call and where it stands. */
export interface ToolPart {
  readonly type: 'tool';
  readonly call: ToolCall;
  readonly origin?: Origin;
}

/** A piece of a message. */
export type Part = TextPart | ReasoningPart | FilePart | SourcePart | DataPart | ToolPart;
