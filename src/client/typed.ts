import type { ProviderTool } from '../chat/provider-tool.ts';
import type { MixedTools, Tool } from '../chat/tool.ts';
import type { CallOf, Chat, DecisionAbout, NameOf } from '../chat/types.ts';
import type { ChatError } from '../conversation/error.ts';
import type { Message } from '../conversation/message.ts';
import type { Part, ToolPart } from '../conversation/part.ts';

/** Tools of which nothing is known. */
export type SomeTools = Readonly<Record<string, Tool<unknown, unknown, unknown>>>;

/** The tools of a chat, of which a page knows the type alone. */
export type ToolsOf<C> = C extends Chat<infer T, infer _Context> ? T : SomeTools;

/** What may be decided about the calls of this name. */
export type DecisionFor<T extends MixedTools, Name extends NameOf<T>> = DecisionAbout<
  Name extends keyof T ? T[Name] : ProviderTool
>;

/** A part of a message, its call typed by the tools. */
export type PartOf<T extends MixedTools> =
  | Exclude<Part, ToolPart>
  | (Omit<ToolPart, 'call'> & { readonly call: CallOf<T> });

/** A message of a thread, or a word that is on its way there. */
export interface MessageOf<T extends MixedTools> extends Omit<Message, 'parts'> {
  readonly parts: readonly PartOf<T>[];
  /** Until the thread tells of it; its id is another one then. */
  readonly pending?: Pending;
}

/** How far a word has come: on its way, stored, or given up until somebody sends it again. */
export type Pending = { readonly state: 'sending' | 'sent' } | { readonly state: 'failed'; readonly error: ChatError };
