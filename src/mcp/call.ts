import { isInputRequiredResult } from '@modelcontextprotocol/client';
import type { CallToolResult, Client, InputRequiredResult, Progress } from '@modelcontextprotocol/client';
import { changesBetween, pinnedMarks } from '../chat/pinned.ts';
import { ToolFailure } from '../chat/tool-failure.ts';
import { ToolError } from '../chat/tool.ts';
import type { ToolContext } from '../chat/tool.ts';
import type { Connection } from './connection.ts';
import { pinnedPartsOf } from './definition.ts';
import type { Definition } from './definition.ts';
import { failureOf, isForgotten, notReached } from './failure.ts';
import { failureTextOf, outputOf } from './result.ts';
import type { McpOutput } from './result.ts';

/** One tool of one server. */
export interface Callee {
  readonly connection: Connection;
  readonly definition: Definition;
  /** Told that the tool is not what it was. */
  readonly changed: () => void;
}

/** The longest time of a timer. The time of a call is kept by whoever runs it. */
const forEver = 0x7fffffff;

/** Calls a tool of a server, and gives what it answers. */
export async function call(
  { connection, definition, changed }: Callee,
  input: unknown,
  context: ToolContext,
): Promise<McpOutput> {
  const { name, server } = connection;
  const client = await stoppable(connection.client(), context.signal).catch((cause: unknown) => {
    throw notReached(name, cause);
  });
  if (!server.trusted) await sameAsListed({ connection, definition, changed }, context.signal);
  const asked = (by: Client): Promise<CallToolResult | InputRequiredResult> => {
    const { outputSchema: _unchecked, ...toolDefinition } = definition.listed;
    return by.callTool(
      // The schema has seen to it that the input is what the server wants; it is JSON.
      { name: definition.name, arguments: input as Record<string, unknown> },
      {
        signal: context.signal,
        timeout: forEver,
        onprogress: sparing(context.progress),
        allowInputRequired: true,
        // Without its schema of outputs: a tool that has acted has not failed because its result looks odd (rule E6).
        toolDefinition,
      },
    );
  };
  try {
    const result = await asked(client).catch((error: unknown) => {
      if (!isForgotten(error)) throw error;
      return connection.renew().then(asked);
    });
    if (isInputRequiredResult(result)) throw new ToolFailure('its server asks for what cannot be asked here');
    if (result.isError) throw new ToolFailure(failureTextOf(result));
    return outputOf(result);
  } catch (error) {
    throw error instanceof ToolFailure ? error : failureOf(error, name);
  }
}

/** Nobody has agreed to a tool that its server has changed since: it is not called (decision 0042). */
async function sameAsListed({ connection, definition, changed }: Callee, signal: AbortSignal): Promise<void> {
  const listed = await stoppable(connection.definitions(), signal).catch((cause: unknown) => {
    throw notReached(connection.name, cause);
  });
  const now = listed.find(({ name }) => name === definition.name);
  const marks = (one: Definition): string => pinnedMarks({ pinned: pinnedPartsOf(one) });
  const changes = now ? changesBetween(marks(definition), marks(now)) : 'it is gone';
  if (changes === '') return;
  changed();
  throw new ToolError(
    `its server ${connection.name} has changed it since it was listed (${changes}), so it was not called`,
  );
}

/** What is not there when the signal comes is not waited for. */
function stoppable<Value>(value: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    value.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

/** At most twenty reports a second: a server may send as many as it likes. */
function sparing(progress: ToolContext['progress']): (report: Progress) => void {
  let next = 0;
  return ({ progress: done, total, message }) => {
    const now = performance.now();
    if (now < next) return;
    next = now + 50;
    progress({ progress: done, ...(total !== undefined && { total }), ...(message !== undefined && { message }) });
  };
}
