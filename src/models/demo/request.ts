/** The part of a Chat Completions request that the demo model reads. */
export interface DemoRequest {
  readonly model?: string;
  readonly messages: readonly DemoMessage[];
  readonly tools?: readonly DemoToolDeclaration[];
  readonly tool_choice?: DemoToolChoice;
  readonly stream?: boolean;
  readonly stream_options?: { readonly include_usage?: boolean } | null;
}

export interface DemoMessage {
  readonly role: 'system' | 'developer' | 'user' | 'assistant' | 'tool';
  readonly content?: string | readonly { readonly type: string; readonly text?: string }[] | null;
  readonly tool_calls?: readonly DemoToolCall[];
  readonly tool_call_id?: string;
}

export interface DemoToolCall {
  readonly id: string;
  readonly function: { readonly name: string; readonly arguments: string };
}

export interface DemoToolDeclaration {
  readonly function: { readonly name: string; readonly description?: string; readonly parameters?: DemoSchema };
}

export type DemoToolChoice = 'auto' | 'none' | 'required' | { readonly function: { readonly name: string } };

/** The JSON Schema words that the rules understand; others are ignored. */
export interface DemoSchema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, DemoSchema>>;
  readonly required?: readonly string[];
  readonly items?: DemoSchema;
  readonly anyOf?: readonly DemoSchema[];
}

/** Either the request, or what is wrong with the body and where. */
export type ReadRequest =
  | { readonly request: DemoRequest }
  | { readonly problem: string; readonly param: string | null };

/** Reads a request body; never throws. */
export function readRequest(body: string): ReadRequest {
  const parsed = parse(body);
  if (!isRecord(parsed)) return { problem: 'The body of the request is not a JSON object.', param: null };
  const { messages, tools } = parsed;
  if (!Array.isArray(messages) || messages.length === 0) {
    return { problem: "'messages' must be a list with at least one message.", param: 'messages' };
  }
  const badMessage = messages.findIndex((message) => !isMessage(message));
  if (badMessage >= 0) {
    return { problem: `messages[${badMessage}] is not a message this model knows.`, param: `messages[${badMessage}]` };
  }
  if (tools !== undefined && tools !== null && !(Array.isArray(tools) && tools.every(isDeclaration))) {
    return { problem: "'tools' must be a list of functions with names.", param: 'tools' };
  }
  return readToolChoice(parsed);
}

/** The text of a message, whether it came as a string or in parts. */
export function textOf(message: DemoMessage): string {
  const { content } = message;
  if (typeof content === 'string') return content;
  return (content ?? []).map((part) => part.text ?? '').join('\n');
}

/** True for a plain JSON object. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value of a JSON text, or undefined. */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readToolChoice(body: Readonly<Record<string, unknown>>): ReadRequest {
  const { tool_choice: choice, tools } = body;
  // Checked field by field above; fields that are not checked are read with care.
  const request = body as unknown as DemoRequest;
  if (choice === undefined || choice === null || choice === 'auto' || choice === 'none') return { request };
  if (choice === 'required') return { request };
  const wanted = isRecord(choice) && isRecord(choice['function']) ? choice['function']['name'] : undefined;
  const declared = Array.isArray(tools) ? tools.filter(isDeclaration).map((tool) => tool.function.name) : [];
  if (typeof wanted === 'string' && declared.includes(wanted)) return { request };
  return { problem: "'tool_choice' names no tool of this request.", param: 'tool_choice' };
}

const roles = ['system', 'developer', 'user', 'assistant', 'tool'];

function isMessage(value: unknown): value is DemoMessage {
  if (!isRecord(value) || !roles.includes(String(value['role']))) return false;
  const { content, tool_calls: calls } = value;
  const contentReads = content === undefined || content === null || typeof content === 'string';
  if (!contentReads && !(Array.isArray(content) && content.every(isRecord))) return false;
  return calls === undefined || calls === null || (Array.isArray(calls) && calls.every(isDeclaration));
}

/** A call and a declaration have the same outline: a record with a named function. */
function isDeclaration(value: unknown): value is DemoToolDeclaration {
  return isRecord(value) && isRecord(value['function']) && typeof value['function']['name'] === 'string';
}
