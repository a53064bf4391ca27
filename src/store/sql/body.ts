import type { StoredMessage } from '../../conversation/changes.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';

/** What a row of a message holds: as JSON all that has no column of its own. */
export interface MessageBody {
  readonly id: string;
  readonly role: string;
  readonly json: string;
}

/** What a row of a call holds: as JSON all that has no column of its own. */
export interface CallBody {
  readonly id: string;
  readonly state: string;
  readonly json: string;
}

/** A message, to be stored beside its columns. */
export function messageText({ message, parts }: StoredMessage): string {
  const { id: _id, role: _role, ...rest } = message;
  return JSON.stringify({ message: rest, parts });
}

/** A call, to be stored beside its columns: without its arguments where its input says the same. */
export function callText(call: ToolCall): string {
  const { id: _id, state: _state, arguments: text, ...rest } = call;
  return JSON.stringify(JSON.stringify(rest.input) === text ? rest : { arguments: text, ...rest });
}

/** As its JSON has it; what was stored by earlier releases has its id and role too. */
interface StoredRest extends Pick<StoredMessage, 'parts'> {
  readonly message: Omit<StoredMessage['message'], 'id' | 'role'>;
}

/** Messages as they were stored. Throws where one cannot be read. */
export function messagesIn(rows: readonly MessageBody[]): readonly StoredMessage[] {
  return parsed<StoredRest>(rows).map(({ message, parts }, index) => {
    const { id, role } = rows[index]!;
    return { message: { id, role, ...message } as StoredMessage['message'], parts };
  });
}

/** Calls as they were stored. Throws where one cannot be read. */
export function callsIn(rows: readonly CallBody[]): readonly ToolCall[] {
  return parsed<unknown>(rows).map((rest, index) => callOf(rows[index]!, rest));
}

/** A call as it was stored. Throws where it cannot be read. */
export function callIn(row: CallBody): ToolCall {
  return callOf(row, JSON.parse(row.json));
}

function callOf({ id, state }: CallBody, rest: unknown): ToolCall {
  if (typeof rest !== 'object' || rest === null) throw new TypeError(`${id} is no call`);
  const said = 'arguments' in rest ? undefined : { arguments: JSON.stringify((rest as ToolCall).input) };
  return { id, state, ...said, ...rest } as ToolCall;
}

/** How many values are parsed at once: one by one they cost half as much again, all as one long text three times as much. */
const atOnce = 64;

function parsed<Value>(rows: readonly { readonly json: string }[]): readonly Value[] {
  const values: Value[] = [];
  for (let first = 0; first < rows.length; first += atOnce) {
    const some = rows.slice(first, first + atOnce).map(({ json }) => json);
    values.push(...(JSON.parse(`[${some.join(',')}]`) as readonly Value[]));
  }
  return values;
}
