import type { ToolCall } from '../conversation/tool-call.ts';
import type { Model, ModelRequest } from './model.ts';
import type { AnyTool } from './tool.ts';
import type { ModelEvents } from './wrap.ts';

/** Asks a model: as it does itself, or of what is made of the request first. */
export type AskModel = (model: Model, request: ModelRequest) => ModelEvents;

/**
 * Stands around what one run does, from outside: for who traces it, times it, counts it. What it is handed to do it has to
 * do once, and to give back what came of it.
 */
export interface Around {
  /** Names the run in a trace. It is stored with the run's first commit, for the run that goes on where this one ends. */
  readonly trace?: string | undefined;
  /** One model call; `ask` asks the model. */
  model(about: { readonly model: Model; readonly request: ModelRequest }, ask: () => ModelEvents): ModelEvents;
  /** One attempt at a tool; `act` runs it. */
  tool(about: { readonly call: ToolCall; readonly tool: AnyTool }, act: () => unknown): unknown;
}
