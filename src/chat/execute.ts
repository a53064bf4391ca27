import { canonicalJson, sha256 } from '../conversation/digest.ts';
import { move } from '../conversation/tool-call.ts';
import type { Attempt, CallStanding, Effect, ToolCall, ToolCallChange } from '../conversation/tool-call.ts';
import type { Run } from './run.ts';
import { ToolClock } from './tool-clock.ts';
import type { Cut } from './tool-clock.ts';
import { ToolError } from './tool.ts';
import type { AnyTool, ToolContext } from './tool.ts';

const defaultTimeout = 120_000;
const defaultMaxOutput = 4 * 1024 * 1024;

/** A new attempt at a call. Until its deadline it may still act, whatever becomes of this process (rule E2). */
export function attemptAt(call: ToolCall, tool: AnyTool, now: number): Attempt {
  const number = (call.attempt?.number ?? 0) + 1;
  return { number, startedAt: now, deadline: now + (tool.timeout ?? defaultTimeout) };
}

/** The same for every attempt at one approved input: derived, so that it need not be stored. */
export function idempotencyKey(conversation: string, call: ToolCall): string {
  return `yc_${sha256(canonicalJson([conversation, call.id, call.input])).slice(0, 32)}`;
}

/** Runs a tool whose call was committed as running. It never rejects: whatever happens is where the call stands then. */
export async function execute(run: Run, call: ToolCall, tool: AnyTool): Promise<ToolCallChange> {
  const clock = new ToolClock(run.signal, tool.timeout ?? defaultTimeout);
  try {
    const context = contextFor(run, call, clock);
    const running = Promise.resolve(tool.run?.(call.input, context));
    return move(call, 'complete', outputOf(tool, await Promise.race([running, clock.over])));
  } catch (error) {
    return clock.cut && !(error instanceof ToolError) ? cutOff(call, clock.cut) : thrown(run, call, error);
  } finally {
    clock.stop();
  }
}

function contextFor(run: Run, call: ToolCall, clock: ToolClock): ToolContext {
  return {
    context: run.setup.context,
    call,
    get key() {
      return idempotencyKey(run.conversation.id, call);
    },
    get signal() {
      return clock.signal;
    },
    progress: (value) => run.progress({ type: 'tool-progress', id: call.id, name: call.name, progress: value }),
  };
}

/** What came back, as it is stored. A result that cannot be stored is not a failure: the tool has acted (rule E6). */
function outputOf(tool: AnyTool, output: unknown): CallStanding {
  const max = tool.maxOutputBytes ?? defaultMaxOutput;
  const stored = storable(output, max);
  if (stored === notStorable)
    return { state: 'completed', output: { note: 'result not storable', preview: preview(output) } };
  const content = presented(tool, stored);
  return { state: 'completed', output: stored, ...(content && { content }) };
}

const notStorable = Symbol('not storable');

function storable(output: unknown, max: number): unknown {
  if (output === undefined) return null;
  if (typeof output === 'string') return output.length > max ? notStorable : output;
  try {
    const text = JSON.stringify(output);
    return text === undefined || text.length > max ? notStorable : JSON.parse(text);
  } catch {
    return notStorable;
  }
}

function preview(output: unknown): string {
  try {
    return (typeof output === 'string' ? output : (JSON.stringify(output) ?? String(output))).slice(0, 1_000);
  } catch {
    return String(output).slice(0, 1_000);
  }
}

function presented(tool: AnyTool, output: unknown): (CallStanding & { state: 'completed' })['content'] {
  try {
    const shown = tool.present?.(output);
    return typeof shown === 'string' ? [{ type: 'text', text: shown }] : shown;
  } catch {
    // The tool has acted; the model is shown the output as it is.
    return undefined;
  }
}

/** A throw: only `ToolError` says that nothing took effect, and only its text goes to the model (rules E1, X3). */
function thrown(run: Run, call: ToolCall, error: unknown): ToolCallChange {
  if (error instanceof ToolError)
    return move(call, 'fail', { state: 'failed', reason: error.message, outcome: 'none' });
  const outcome = effectOf(call) === 'read' ? 'none' : 'unknown';
  const errorId = run.report(error);
  return move(call, 'fail', { state: 'failed', reason: `error ${errorId}`, outcome, errorId });
}

/** A stop or a timeout that the tool did not answer: what that means depends on how it bears being repeated (rule E1). */
function cutOff(call: ToolCall, { why }: Cut): ToolCallChange {
  const effect = effectOf(call);
  if (effect === 'once') {
    const reason = why === 'timeout' ? 'it did not answer in time' : 'it was stopped while it ran';
    return move(call, 'doubt', { state: 'in-doubt', reason });
  }
  const outcome = effect === 'read' ? 'none' : 'unknown';
  if (why === 'timeout') return move(call, 'fail', { state: 'failed', reason: 'it did not answer in time', outcome });
  return move(call, 'cancel', { state: 'cancelled', by: 'stop', outcome });
}

function effectOf(call: ToolCall): Effect {
  return call.effect ?? 'undeclared';
}
