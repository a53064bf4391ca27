import { isOpen } from '../../conversation/requirement.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import { isObject } from '../../conversation/json.ts';
import { lookAlikes, textsIn } from '../../wire/look-alikes.ts';
import { visible, visibleJson } from '../../wire/plain-text.ts';
import { seenOf } from '../../conversation/seen.ts';
import { inputOf, questionAbout } from '../descriptor.ts';

/** A call that waits, and all that a decision about it takes. */
export interface WaitingCall {
  readonly thread: string;
  readonly call: string;
  readonly name: string;
  readonly state: ToolCall['state'];
  readonly input: unknown;
  readonly seen: string;
  readonly decisions: readonly string[];
  readonly reason?: string;
  readonly question?: string;
  readonly schema?: unknown;
  readonly risk?: string;
  readonly preview?: string;
  readonly since?: string;
  readonly expiresAt?: string;
  /** What in it may be taken for something else (rule X5). */
  readonly warnings?: readonly string[];
}

/** What a host is told of it. `since` in milliseconds since the epoch. */
export function waitingCall(thread: string, call: ToolCall, since?: number): WaitingCall {
  const { reason, descriptor } = questionAbout(call, (call.requirements ?? []).filter(isOpen));
  const { risk, preview, expiresAt, decisions } = descriptor;
  const input = inputOf(call);
  const warnings = lookAlikes(textsIn(input));
  const said = call.state === 'in-doubt' ? call.reason : reason;
  return {
    thread,
    call: call.id,
    name: call.name,
    state: call.state,
    input,
    seen: seenOf(call),
    decisions: offered(call, decisions),
    ...(said !== undefined && { reason: said }),
    ...(call.state === 'awaiting-input' && { question: call.question, schema: call.schema ?? true }),
    ...(risk !== undefined && { risk }),
    ...(preview !== undefined && { preview }),
    ...(since !== undefined && { since: new Date(since).toISOString() }),
    ...(expiresAt !== undefined && { expiresAt: new Date(expiresAt).toISOString() }),
    ...(warnings.length > 0 && { warnings }),
  };
}

function offered({ state }: ToolCall, decisions: readonly string[]): readonly string[] {
  if (state === 'in-doubt') return ['happened', 'did-not-happen', 'run-again', 'abandon'];
  return state === 'awaiting-result' || state === 'awaiting-input' ? ['answer', 'reject'] : decisions;
}

/** It for a person, as data: each argument on a line of its own, and nothing folded (rule X5). */
export function waitingLines(one: WaitingCall): readonly string[] {
  const { name, state, reason, question, risk, preview, warnings = [] } = one;
  return [
    `${visible(name)} (${state}${risk === undefined ? '' : `, risk: ${visible(risk)}`})`,
    ...argumentLines(one.input),
    ...(reason === undefined ? [] : [`  because: ${visible(reason)}`]),
    ...(question === undefined ? [] : [`  asks: ${visible(question)}`]),
    ...(preview === undefined ? [] : ['  preview:', ...preview.split('\n').map((line) => `    | ${visible(line)}`)]),
    ...warnings.map((warning) => `  ! ${warning}`),
  ];
}

/** Arguments by key. A value stands on one line, so that it can pretend to be nothing else. */
export function argumentLines(input: unknown): readonly string[] {
  if (!isObject(input)) return [`  ${visibleJson(input)}`];
  return Object.entries(input).map(([key, value]) => `  ${visibleJson(key)}: ${visibleJson(value)}`);
}
