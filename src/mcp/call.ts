import { isInputRequiredResult } from '@modelcontextprotocol/client';
import type {
  CallToolResult,
  Client,
  InputRequiredResult,
  InputResponses,
  Progress,
} from '@modelcontextprotocol/client';
import { ToolFailure } from '../chat/tool-failure.ts';
import { ToolError, waitFor } from '../chat/tool.ts';
import type { ToolContext } from '../chat/tool.ts';
import type { Connection } from './connection.ts';
import type { Definition } from './definition.ts';
import { askedBy, askedIn, questionOf, responsesTo } from './elicitation.ts';
import type { Asked } from './elicitation.ts';
import { failureOf, isForgotten, notReached } from './failure.ts';
import { needsNobody } from './input-request.ts';
import { answering } from './live-question.ts';
import { pinOf } from './pin.ts';
import { failureTextOf, outputOf } from './result.ts';
import type { McpOutput } from './mcp-output.ts';

/** One tool of one server. */
export interface Callee {
  readonly connection: Connection;
  readonly definition: Definition;
  /** Told that the tool is not what it was. */
  readonly changed: () => void;
}

/** The longest time of a timer. The time of a call is kept by whoever runs it. */
const forEver = 0x7fffffff;

/** Under which a server finds the key of a call: the same for every attempt at it. */
const keyName = 'yourcall/idempotency-key';

/** Calls a tool of a server, and gives what it answers; or a question, which ends this attempt (rule C3). */
export async function call(callee: Callee, input: unknown, context: ToolContext): Promise<McpOutput> {
  try {
    return await attempted(callee, input, context);
  } catch (error) {
    const { number = 1 } = context.call.attempt ?? {};
    throw number > 1 ? unsure(error) : error;
  }
}

/** That this one did nothing says nothing of what was sent before it (rule E1). */
function unsure(error: unknown): unknown {
  return error instanceof ToolError ? new ToolFailure(error.message, { lost: true, cause: error }) : error;
}

async function attempted(callee: Callee, input: unknown, context: ToolContext): Promise<McpOutput> {
  const { connection } = callee;
  const { name, server } = connection;
  const asked = askedIn(context.state);
  const about = { given: server, signal: context.signal };
  const responses = asked && (await responsesTo(asked, { ...about, answer: context.answer }));
  if (asked && typeof responses === 'string') return waitFor(questionOf(asked, name, responses));
  const client = await stoppable(connection.client(), context.signal).catch((cause: unknown) => {
    throw notReached(name, cause);
  });
  if (!server.trusted) await sameAsListed(callee, context.signal);
  const given = typeof responses === 'object' ? responses : {};
  const request = { callee, client, input, context };
  const isLive = server.asksFirst === true && client.getProtocolEra() === 'legacy';
  const outcome = isLive
    ? await calledAlone(request, { ...asked?.before, ...given })
    : await calledOn(asked ? { ...request, retry: retryOf(asked, given) } : request);
  if (outcome.type === 'asked') return waitFor(questionOf(outcome.asked, name));
  const { result } = outcome;
  if (result.isError) throw new ToolFailure(failureTextOf(result));
  return outputOf(result);
}

/** One call over the wire. */
interface CallRequest {
  readonly callee: Callee;
  readonly client: Client;
  readonly input: unknown;
  readonly context: Pick<ToolContext, 'signal' | 'progress' | 'key'>;
  /** What the server asked for, and what it wants back with that. */
  readonly retry?: { readonly inputResponses: InputResponses; readonly requestState: string | undefined };
}

function retryOf({ requestState }: Asked, inputResponses: InputResponses): CallRequest['retry'] & object {
  return { inputResponses, requestState };
}

/** How often in a row a server may ask for what nobody has to be asked about. */
const mostRounds = 16;

/** One call, and again with what the server asks for as long as no person has to be asked about that. */
async function calledOn(request: CallRequest): Promise<Called> {
  const { callee, context } = request;
  const about = { given: callee.connection.server, signal: context.signal };
  let next = request;
  for (let round = 0; round < mostRounds; round += 1) {
    const outcome = await called(next).catch((error: unknown) => {
      throw round > 0 ? unsure(error) : error;
    });
    if (outcome.type === 'result' || !outcome.asked.asks.every(needsNobody)) return outcome;
    const responses = await responsesTo(outcome.asked, about);
    // No person was asked, so there is no answer that does not fit.
    next = { ...request, retry: retryOf(outcome.asked, responses as InputResponses) };
  }
  throw new ToolFailure(`its server ${callee.connection.name} asks for more and more, and comes to no end`);
}

/** What the server answered, or what it asks first. */
type Called =
  | { readonly type: 'result'; readonly result: CallToolResult }
  | { readonly type: 'asked'; readonly asked: Asked };

async function called({ callee, client, input, context, retry }: CallRequest): Promise<Called> {
  const { connection, definition } = callee;
  // Without its schema of outputs: a tool that has acted has not failed because its result looks odd (rule E6).
  const { outputSchema: _unchecked, ...toolDefinition } = definition.listed;
  const ask = (by: Client): Promise<CallToolResult | InputRequiredResult> =>
    by.callTool(
      // The schema has seen to it that the input is what the server wants; it is JSON.
      {
        name: definition.name,
        arguments: input as Record<string, unknown>,
        _meta: { [keyName]: context.key },
        ...retry,
      },
      {
        signal: context.signal,
        timeout: forEver,
        onprogress: sparing(context.progress),
        allowInputRequired: true,
        toolDefinition,
      },
    );
  try {
    const result = await ask(client).catch((error: unknown) => {
      if (!isForgotten(error)) throw error;
      return connection.renew(client).then(ask);
    });
    if (!isInputRequiredResult(result)) return { type: 'result', result };
    const { inputRequests = {}, requestState } = result;
    return { type: 'asked', asked: await askedBy(inputRequests, connection.server, requestState) };
  } catch (error) {
    throw error instanceof ToolFailure ? error : failureOf(error, connection.name);
  }
}

/** The same where the server asks over the open line: the call is called off then, and is made again with the answer. */
function calledAlone(request: CallRequest, before: InputResponses): Promise<Called> {
  const answers = answering(before);
  const { context } = request;
  return request.callee.connection.alone(answers, async () => {
    const off = new AbortController();
    const signal = AbortSignal.any([context.signal, off.signal]);
    const result = called({ ...request, context: { progress: context.progress, key: context.key, signal } });
    const question = answers.question.then((asked): Called => {
      result.catch(() => {});
      off.abort(new Error('a person is asked first'));
      return { type: 'asked', asked };
    });
    return Promise.race([question, result]);
  });
}

/** Nobody has agreed to a tool that its server has changed since: it is not called (decision 0042). */
async function sameAsListed({ connection, definition, changed }: Callee, signal: AbortSignal): Promise<void> {
  const listed = await stoppable(connection.definitions(), signal).catch((cause: unknown) => {
    throw notReached(connection.name, cause);
  });
  const now = listed.find(({ name }) => name === definition.name);
  const changes = now ? pinOf(now).changesSince(pinOf(definition).mark) : 'it is gone';
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
