// Make a chat, and give it tools.
export { createChat } from './chat/chat.ts';
export type { ChatOptions } from './chat/options.ts';
export { scoped, tool, ToolError, waitFor } from './chat/tool.ts';
export type { AnyTool, CheckAnswer, CheckContext, HandOut, Question, Tool, ToolContext } from './chat/tool.ts';
export type { MixedTools, ToolOptions, ToolSet } from './chat/tool.ts';
export type { Toolbox } from './chat/toolbox.ts';
export type { ProviderTool } from './chat/provider-tool.ts';
export { askPerson } from './chat/ask-person.ts';
export type { Ask, ChatPolicy, Policy, PolicyContext, Verdict } from './chat/policy.ts';
export { dropOldResults, keepLast } from './chat/view.ts';
export type { Additions, AfterHook, BeforeHook, HookContext, Step, StepHook, View } from './chat/hooks.ts';
export type { Retry } from './chat/retry.ts';
export type { Around, AskModel } from './chat/around.ts';
export type { Limits } from './chat/limits.ts';
export type { Schema, SchemaIssue } from './chat/schema.ts';

// Run it: events, what waits, what was decided.
export type { Chat, ChatStream, Completed, DecideOptions, DecisionAnswer, EventOf } from './chat/types.ts';
export type { Commit, CommitAnswer } from './chat/seam.ts';
export type { CallOf, InputOf, OutputOf, StreamOptions, Tools, WaitingCall } from './chat/types.ts';

// The conversation: plain data, a fold of events.
export { Conversation } from './conversation/conversation.ts';
export type { ConversationOptions, SayOptions } from './conversation/conversation.ts';
export type { Rewound } from './conversation/withdraw.ts';
export type { ConversationJson } from './conversation/parse.ts';
export { apply } from './conversation/apply.ts';
export { next } from './conversation/next.ts';
export { textOf } from './conversation/message.ts';
export type { FinishReason, Message, ModelName } from './conversation/message.ts';
export type { DataPart, Part, ReasoningPart, SourcePart, ToolPart } from './conversation/part.ts';
export type { ContentPart, FilePart, FileSource, Origin, TextPart } from './conversation/content.ts';
export type { ChatEvent, DoneEvent, EndEvent, ErrorEvent, PausedEvent, Waiting } from './conversation/event.ts';
export { isSettled } from './conversation/move.ts';
export { transitions } from './conversation/tool-call.ts';
export type { CallState, Cause, Effect, Sensitive, ToolCall, ToolCallChange } from './conversation/tool-call.ts';
export type { OnExpire, Requirement } from './conversation/requirement.ts';
export type { Decision, DecisionRecord } from './conversation/decision.ts';
export type { ModelUsage, Usage } from './conversation/usage.ts';
export { ChatError } from './conversation/error.ts';
export type { ErrorCode } from './conversation/error.ts';

// Answer a request with a run.
export { toResponse } from './wire/response.ts';
export type { Dialect, ResponseOptions } from './wire/response.ts';

// Write a model: one method. Or wrap one.
export { logged, wrap } from './chat/wrap.ts';
export type { Log, ModelEvents, Wrapping } from './chat/wrap.ts';
export { resultOf } from './conversation/result.ts';
export type {
  Capabilities,
  Model,
  ModelCall,
  ModelEvent,
  ModelRequest,
  ModelResult,
  OutputDeclaration,
  ProviderToolDeclaration,
  ResponseInfo,
  Settings,
  ToolChoice,
  ToolDeclaration,
} from './chat/model.ts';
