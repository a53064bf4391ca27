import type { CallToolResult, InputRequiredResult, ToolAnnotations } from '@modelcontextprotocol/server';
import type { Caller } from '../dialect.ts';
import type { View } from '../reader-view.ts';
import type { Right } from '../who.ts';
import type { DescribedObject } from './schemas.ts';

/** A tool of ours, as hosts are told of it, and what it does. */
export interface ServerTool<Input> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly annotations: ToolAnnotations;
  readonly input: DescribedObject;
  readonly output: DescribedObject;
  /** It is offered to who has one of them; whether they may, it asks itself. */
  readonly rights: readonly Right[];
  run(caller: Caller, input: Input, host: HostContext): Promise<CallToolResult | InputRequiredResult>;
}

/** What a tool may know of the host that calls it. */
export interface HostContext {
  /** What the host can ask of its person; absent: nothing. */
  readonly elicitation: object | undefined;
  /** What its person answered to questions of ours. */
  readonly answers: Readonly<Record<string, unknown>> | undefined;
  /** Names the call: sent again it is the same one. */
  readonly key?: string;
  readonly signal: AbortSignal;
  /** What its model is told of threads: no more than who only looks on, where the person is asked by themselves. */
  readonly view: View;
}
