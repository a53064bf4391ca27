import type { FilePart, Origin } from './content.ts';
import type { ErrorCode } from './error.ts';
import type { FinishReason, Message, ModelName } from './message.ts';
import type { DataPart, SourcePart } from './part.ts';
import type { Sensitive } from './sensitive.ts';
import type { ToolCall, ToolCallChange } from './tool-call.ts';
import type { ModelUsage, Usage } from './usage.ts';

/** A message opens, or (by its id) replaces one. */
export interface MessageEvent {
  readonly type: 'message';
  readonly message: Message;
  /** The id of the message that a new one stands right behind, where others came meanwhile. Absent: it is the last. */
  readonly behind?: string;
  /** A word for which a model that speaks is to stop, wherever it is read (rule D8). */
  readonly interrupts?: true;
}

/** A piece of text or reasoning, for one part (an index) of one message (its id); rule L4. */
export interface DeltaEvent {
  readonly type: 'text' | 'reasoning';
  readonly message: string;
  readonly part: number;
  readonly delta: string;
  readonly origin?: Origin;
}

/** A piece of a call's arguments while the model writes them; the call itself comes whole with `tool`. */
export interface ToolInputEvent {
  readonly type: 'tool-input';
  readonly message: string;
  /** The id that the call will have. */
  readonly id: string;
  readonly name: string;
  readonly delta: string;
}

/** A call appeared: it comes whole, with its place. */
export interface ToolAddedEvent<Call = ToolCall> {
  readonly type: 'tool';
  readonly message: string;
  readonly part: number;
  readonly call: Call;
  readonly origin?: Origin;
}

/** A call moved: `call.state` says where it stands now, and only what changed comes along. */
export interface ToolChangedEvent<Change = ToolCallChange> {
  readonly type: 'tool';
  readonly message?: never;
  readonly part?: never;
  readonly call: Change;
  /** Replaces the origin of the part that holds the call. */
  readonly origin?: Origin;
}

/** A running tool reports how far it is. */
export interface ToolProgressEvent {
  readonly type: 'tool-progress';
  readonly id: string;
  readonly name: string;
  readonly progress: unknown;
  /** As the call has it. */
  readonly sensitive?: Sensitive;
}

/** A whole part that is neither text nor a call. */
export interface PartEvent {
  readonly type: 'file' | 'source' | 'data';
  readonly message: string;
  readonly part: number;
  readonly value: FilePart | SourcePart | DataPart;
}

/** A structured output so far, while the model writes it. */
export interface OutputEvent {
  readonly type: 'output';
  /** The id of the message that holds it. */
  readonly message: string;
  /** As far as it is written; not validated, so it may be anything. */
  readonly output: unknown;
}

/** Something asked for was not honoured; the run goes on. */
export interface WarningEvent {
  readonly type: 'warning';
  /** The setting it is about, such as `temperature`. */
  readonly setting?: string;
  readonly reason: string;
}

/** A model call finished. Without `usage` the provider never said what it cost. */
export interface StepEndEvent {
  readonly type: 'step-end';
  readonly message: string;
  readonly finish: FinishReason;
  /** The provider's own word for it. */
  readonly rawFinish?: string;
  readonly usage?: ModelUsage;
  /** The model that really answered. */
  readonly model: ModelName;
  readonly responseId?: string;
  /** The structured output that the text of the message is; see `Message.output`. */
  readonly output?: unknown;
  /** Milliseconds from the request to its first event and to its end. */
  readonly timing?: { readonly first: number; readonly total: number };
}

/** A partial answer is withdrawn: kept and marked as interrupted, or removed (rules L4, L8). */
export interface ResetEvent {
  readonly type: 'reset';
  readonly message: string;
  readonly keep: boolean;
  readonly reason: string;
  readonly usage?: ModelUsage;
}

/** A run begins that is traced under this name; see `RunState.traces`. */
export interface TraceEvent {
  readonly type: 'trace';
  readonly trace: string;
}

/** The messages from this one on are withdrawn. */
export interface RewindEvent {
  readonly type: 'rewind';
  readonly message: string;
  /** Who withdrew them, where it is known. */
  readonly by?: string;
}

/** What waits, by kind: for a decision, for an answer, for a result from elsewhere, for a time, for somebody who knows what happened. */
export interface Waiting<Call> {
  /** `approve`, `reject`, `answer` or `snooze` them. */
  readonly approvals: readonly Call[];
  /** A tool has asked something: `answer` or `reject`. */
  readonly questions: readonly Call[];
  /** Somebody else runs them: `answer` with what came of it, or `reject`. */
  readonly external: readonly Call[];
  /** They go on at a time (milliseconds since the epoch) with the next `stream()`, or by a decision before it. */
  readonly scheduled: readonly { readonly call: Call; readonly at: number }[];
  /** They were started, and nobody knows what came of it: `happened`, `did-not-happen`, `run-again` or `abandon`. */
  readonly inDoubt: readonly Call[];
}

/** The run ends because somebody is needed; the ids of the calls that wait. */
export interface PausedEvent extends Waiting<string> {
  readonly type: 'paused';
  readonly usage: Usage;
}

/** The run ends because there is nothing left to do. */
export interface DoneEvent<Output = unknown> {
  readonly type: 'done';
  /** Why the model stopped; `step-limit` when the run made as many steps as it may, and `continue: true` goes on. */
  readonly finish: FinishReason | 'step-limit';
  /** The text of the answer: of the last message, when it is the model's. */
  readonly text: string;
  /** The structured output that the run was asked for, validated. */
  readonly output?: Output;
  /** Tokens of all model calls since the last word of the user. */
  readonly usage: Usage;
}

/** The run ends because something broke; the generator then throws. */
export interface ErrorEvent {
  readonly type: 'error';
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryable: boolean;
  readonly usage: Usage;
}

/** The three ways in which a run ends; exactly one is its last event (rule L3). */
export type EndEvent<Output = unknown> = PausedEvent | DoneEvent<Output> | ErrorEvent;

/** Everything a run can tell. `Call` and `Change` are narrowed by the chat that knows its tools. */
export type ChatEvent<Call = ToolCall, Change = ToolCallChange, Output = unknown> =
  | MessageEvent
  | DeltaEvent
  | ToolInputEvent
  | ToolAddedEvent<Call>
  | ToolChangedEvent<Change>
  | ToolProgressEvent
  | PartEvent
  | OutputEvent
  | WarningEvent
  | StepEndEvent
  | ResetEvent
  | RewindEvent
  | TraceEvent
  | EndEvent<Output>;

/** Whether an event is the last of its run. */
export function isEnd(event: ChatEvent): event is EndEvent {
  return event.type === 'paused' || event.type === 'done' || event.type === 'error';
}
