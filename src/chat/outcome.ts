import { isTooDeep } from '../conversation/depth.ts';
import type { Json } from '../conversation/json.ts';
import { move, standingOf } from '../conversation/move.ts';
import { transitions } from '../conversation/tool-call.ts';
import type { CallFacts, CallStanding, Cause, Effect, ToolCall, ToolCallChange } from '../conversation/tool-call.ts';
import type { Children } from './children.ts';
import type { Limits } from './limits.ts';
import { reportable } from './reportable.ts';
import type { Run } from './run.ts';
import { describeInput } from './schema.ts';
import { timeAfter } from './time-after.ts';
import { ToolFailure } from './tool-failure.ts';
import { ToolError, WaitFor } from './tool.ts';
import type { AnyTool, HandOut, Question } from './tool.ts';

/** How a started attempt came out: the cause that moves its call, and where it stands then. */
export interface Outcome {
  readonly cause: Cause;
  readonly to: CallStanding & Partial<Omit<CallFacts, 'id' | 'name' | 'revision'>>;
}

/** Why a tool was cut: the run was stopped, or its time was over. */
export type Cut = 'stopped' | 'timeout';

const defaultMaxOutput = 4 * 1024 * 1024;

/** What a tool returned. A result that cannot be stored is not a failure: the tool has acted (rule E6). */
export function returned(tool: AnyTool | undefined, output: unknown, { now, limits, children }: About): Outcome {
  if (waits(output)) {
    const { what } = output;
    return 'thread' in what ? handedOut(what, { now, children }) : asking(tool, what, now);
  }
  const stored = storable(output, tool?.maxOutputBytes ?? limits?.result ?? defaultMaxOutput);
  if (stored === notStorable) return { cause: 'complete', to: { state: 'completed', output: noteOf(output) } };
  return { cause: 'complete', to: completed(tool, stored, limits) };
}

interface About {
  readonly now: number;
  readonly limits: Limits | undefined;
  /** Keeps the threads that calls are handed to. */
  readonly children?: Children | undefined;
}

/** A completed call, with what the model is shown of its output. */
export function completed(
  tool: AnyTool | undefined,
  output: unknown,
  limits?: Limits,
): CallStanding & { state: 'completed' } {
  const content = presented(tool, output, limits);
  return { state: 'completed', output, ...(content && { content }) };
}

/** A throw: only `ToolError` says that nothing took effect; its text, and that of `ToolFailure`, go to the model (rules E1, X3). */
export function threw(run: Run, call: ToolCall, error: unknown): Outcome {
  if (error instanceof ToolError) {
    return { cause: 'fail', to: { state: 'failed', reason: error.message, outcome: 'none' } };
  }
  const outcome = call.effect === 'read' ? 'none' : 'unknown';
  if (error instanceof ToolFailure) {
    if (error.lost && call.effect === 'once') return doubtful(error.message);
    return { cause: 'fail', to: { state: 'failed', reason: error.message, outcome } };
  }
  const errorId = run.report(reportable(error, call));
  return { cause: 'fail', to: { state: 'failed', reason: `error ${errorId}`, outcome, errorId } };
}

/** A stop or a timeout that the tool did not answer: what that means depends on how it bears being repeated (rule E1). */
export function cutOff(effect: Effect, cut: Cut): Outcome {
  const late = 'it did not answer in time';
  if (effect === 'once') return doubtful(cut === 'timeout' ? late : 'it was stopped while it ran');
  const outcome = effect === 'read' ? 'none' : 'unknown';
  if (cut === 'timeout') return { cause: 'fail', to: { state: 'failed', reason: late, outcome } };
  return { cause: 'cancel', to: { state: 'cancelled', by: 'stop', outcome } };
}

/** Nobody knows whether it took effect. */
export function doubtful(reason: string): Outcome {
  return { cause: 'doubt', to: { state: 'in-doubt', reason } };
}

/**
 * What the outcome of an attempt does to its call as it stands now. It is never dropped: it settles a call that runs or
 * is in doubt under that attempt, and is kept beside what was decided otherwise (rule E3).
 */
export function settled(
  call: ToolCall,
  { attempt, outcome, now }: { readonly attempt: number; readonly outcome: Outcome; readonly now: number },
): ToolCallChange | undefined {
  const { cause, to } = outcome;
  const current = call.attempt?.number === attempt;
  if (current && call.state === 'running') return move(call, cause, dated(to, now));
  const known = to.state === 'completed' || (to.state === 'failed' && to.outcome === 'none');
  if (!known || call.effect === 'read') return undefined;
  if (current && call.state === 'in-doubt') return move(call, cause, dated(to, now));
  // It is to run again and has not begun: what is known now spares it (rule E3).
  const spared = current && to.state === 'completed' && 'happened' in transitions[call.state];
  if (spared) return move(call, 'happened', dated(to, now));
  const said = to.state === 'completed' ? { completed: to.output } : { failed: to.reason };
  const lateEvidence = [...(call.lateEvidence ?? []), { attempt, at: now, outcome: said }];
  return move(call, 'evidence', { ...standingOf(call), lateEvidence });
}

/** From now on a person is wanted, or the attempt is over. */
function dated(to: Outcome['to'], now: number): Outcome['to'] {
  if (to.state === 'in-doubt' || to.state === 'awaiting-input') return { ...to, askedAt: now };
  const isOver = to.state === 'completed' || to.state === 'failed' || to.state === 'cancelled';
  return isOver ? { ...to, endedAt: now } : to;
}

/** What a tool returns may be a proxy, which is free to throw at every question. */
function waits(output: unknown): output is WaitFor {
  try {
    return output instanceof WaitFor;
  } catch {
    return false;
  }
}

function handedOut({ thread: task, expiresIn = Infinity }: HandOut, { now, children }: Omit<About, 'limits'>): Outcome {
  const admitted = children?.admit(task) ?? { refused: 'a thread of its own needs a runtime, and there is none here' };
  // Before it handed the call out, its tool may have done anything.
  if ('refused' in admitted) {
    return { cause: 'fail', to: { state: 'failed', reason: admitted.refused, outcome: 'unknown' } };
  }
  const { chat, say, title } = task;
  const child = { ...admitted, chat, say, ...(title !== undefined && { title }) };
  return { cause: 'hand-out', to: { state: 'awaiting-result', child, ...expiring(now, expiresIn) } };
}

function asking(
  tool: AnyTool | undefined,
  { question, schema, state, expiresIn = Infinity }: Question,
  now: number,
): Outcome {
  const described = schema ?? describedAnswer(tool);
  const held = state === undefined ? undefined : storable(state, defaultMaxOutput);
  if (held === notStorable)
    return doubtful('it asked a question, and what it wanted to keep for the answer is not JSON');
  return {
    cause: 'question',
    to: {
      state: 'awaiting-input',
      question,
      // Both are JSON: a schema by what it is, the state by its round trip above.
      ...(described !== undefined && { schema: described as never }),
      ...(held !== undefined && { data: held as never }),
      ...expiring(now, expiresIn),
    },
  };
}

function expiring(now: number, expiresIn: number): { readonly expiresAt?: number } {
  const expiresAt = timeAfter(now, expiresIn);
  return expiresAt === undefined ? {} : { expiresAt };
}

/** Nothing when its library cannot describe it: the question stands without. */
function describedAnswer(tool: AnyTool | undefined): unknown {
  try {
    return tool?.answer && describeInput(tool.answer);
  } catch {
    return undefined;
  }
}

/** What a running tool tells, as JSON: like its result, it is not worth a failure (rule E6). */
export function kept(value: unknown, max: number = defaultMaxOutput): Json {
  const stored = storable(value, max);
  // JSON by its round trip.
  return (stored === notStorable ? noteOf(value) : stored) as Json;
}

const notStorable = Symbol('not storable');

function storable(output: unknown, max: number): unknown {
  if (output === undefined) return null;
  if (typeof output === 'string') return isLonger(output, max) ? notStorable : output;
  try {
    const text = JSON.stringify(output);
    return text === undefined || isLonger(text, max) || isTooDeep(text) ? notStorable : JSON.parse(text);
  } catch {
    return notStorable;
  }
}

/** In bytes, of which one UTF-16 unit is at most three. */
function isLonger(text: string, max: number): boolean {
  return text.length > max || (text.length * 3 > max && new TextEncoder().encode(text).length > max);
}

function noteOf(output: unknown): Json {
  return { note: 'result not storable', preview: preview(output) };
}

function preview(output: unknown): string {
  try {
    return (typeof output === 'string' ? output : (JSON.stringify(output) ?? String(output))).slice(0, 1_000);
  } catch {
    return typeof output === 'bigint' ? String(output) : 'a value that cannot be shown';
  }
}

function presented(
  tool: AnyTool | undefined,
  output: unknown,
  limits: Limits | undefined,
): (CallStanding & { state: 'completed' })['content'] {
  // Files are written in base64: four characters for three bytes.
  const max = limits ? limits.result + Math.ceil((limits.file * 4) / 3) : defaultMaxOutput;
  try {
    // A copy, since what it writes into it is not what the tool returned.
    const shown = tool?.present?.(structuredClone(output));
    if (typeof shown === 'string') return [{ type: 'text', text: shown }];
    const stored = Array.isArray(shown) ? storable(shown, max) : undefined;
    return Array.isArray(stored) ? stored : undefined;
  } catch {
    // The tool has acted; the model is shown the output as it is.
    return undefined;
  }
}
