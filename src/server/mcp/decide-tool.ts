import type { CallToolResult, InputRequiredResult } from '@modelcontextprotocol/server';
import { textOfIssues } from '../../chat/schema.ts';
import { readDecision } from '../../conversation/decision.ts';
import { isSettled } from '../../conversation/move.ts';
import { seenOf } from '../../conversation/seen.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import { orMissing } from '../access.ts';
import { callIn, decideAs, refusedTo } from '../deciding.ts';
import type { Choice, ChoiceAnswer } from '../deciding.ts';
import type { Caller } from '../dialect.ts';
import { Problem } from '../problem.ts';
import type { ReadThread } from '../../runtime/runtime.ts';
import { confirmed } from './confirmation.ts';
import type { McpOptions } from './options.ts';
import { given, refused } from './result.ts';
import { exactly, text } from './schemas.ts';
import type { HostContext, ServerTool } from './tool.ts';

const kinds = ['approve', 'reject', 'answer', 'snooze', 'happened', 'did-not-happen', 'run-again', 'abandon'];

interface Decide {
  readonly thread: string;
  readonly call: string;
  readonly seen: string;
  readonly decision: string;
  readonly input?: unknown;
  readonly output?: unknown;
  readonly reason?: string;
  readonly until?: string;
  readonly notBefore?: string;
}

/** Decides about a call, when the person has confirmed that. */
export function decideTool({ decide }: Required<McpOptions>): ServerTool<Decide> {
  return {
    name: 'decide',
    title: 'Decide about a call',
    description:
      'Hands in what the person has decided about a call that waits. ONLY THE PERSON may decide, never you: call this ' +
      'only after they saw the call and said what shall become of it' +
      (decide === 'confirmed' ? '; they are asked to confirm it before it counts.' : '.'),
    annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true },
    input,
    output: exactly({ outcome: { const: 'applied' }, call: { type: 'string' }, state: { type: 'string' } }),
    rights: ['decide', 'answer'],
    run: (caller, said, host) => decided(caller, said, { host, isConfirmed: decide === 'unconfirmed' }),
  };
}

const input = exactly({
  thread: text('The thread of the call.'),
  call: text('The id of the call.'),
  seen: text('As it was told with the call that the person was shown.'),
  decision: { enum: kinds },
  'input?': { description: 'approve: other arguments, all of them, in place of those that were asked for.' },
  'output?': { description: 'answer, happened: what the call came to, or what the person answers.' },
  'reason?': text('reject: why, as the model is told.'),
  'until?': text('snooze: when it is asked again, in ISO 8601.'),
  'notBefore?': text('approve: not before this time, in ISO 8601.'),
});

interface Circumstances {
  readonly host: HostContext;
  readonly isConfirmed: boolean;
}

async function decided(
  caller: Caller,
  { thread, ...said }: Decide,
  { host, isConfirmed }: Circumstances,
): Promise<CallToolResult | InputRequiredResult> {
  const read = orMissing(await caller.find(thread));
  const choice = wholly(choiceOf(said), read, host);
  if (!isConfirmed) {
    // Nobody is asked to confirm what they may not decide, or what is over; and nothing goes on from here unconfirmed.
    const refusal = (await refusedTo(caller, read, choice)) ?? overFor(read, choice);
    if (refusal) return told(refusal);
    const answer = confirmed(caller, { read, choice }, host);
    if (answer !== 'confirmed') return answer;
  }
  return told(await decideAs(caller, read, choice));
}

function choiceOf({ call, seen, decision: type, ...more }: Omit<Decide, 'thread'>): Choice {
  const read = readDecision({ type, ...more });
  if (!('decision' in read)) throw new Problem('malformed', `${read.member} ${read.message}.`);
  // What belongs to another decision was meant for something that would not be done.
  const other = Object.keys(more).find((name) => !Object.hasOwn(read.decision, name));
  if (other !== undefined) throw new Problem('malformed', `${type} takes no ${other}.`);
  return { call, seen, decision: read.decision };
}

/** With the digest of all of the call, of which the model of the host may have been told less than the person is asked about. */
function wholly(choice: Choice, { messages }: ReadThread, { view }: HostContext): Choice {
  const call = callIn(messages, choice.call);
  return call && choice.seen !== undefined ? { ...choice, seen: view.whole(call, choice.seen) } : choice;
}

/** What becomes of a decision whose question is not asked any more. */
function overFor({ messages }: ReadThread, { call: id, seen }: Choice): Refusal | undefined {
  const call = callIn(messages, id);
  if (!call) return { type: 'not-found' };
  if (!isSettled(call.state) && seenOf(call) === seen) return undefined;
  if (call.state === 'denied' && call.by === 'expired') return { type: 'expired' };
  return call.decisions?.some((one) => one.seen === seen) ? { type: 'already', call } : { type: 'stale' };
}

/** Why a decision does not count, as far as it is told. */
type Refusal =
  | { readonly type: 'not-found' | 'stale' | 'expired' }
  | { readonly type: 'already'; readonly call: ToolCall };

function told(answer: ChoiceAnswer | Refusal): CallToolResult {
  switch (answer.type) {
    case 'applied': {
      const { id, name, state } = answer.call;
      return given({ outcome: 'applied', call: id, state }, [`Decided: ${name} is ${state}.`]);
    }
    case 'not-found':
      return refused('not-found', 'There is no such call in the thread.');
    case 'already':
      return refused('already', `That was decided before; the call is ${answer.call.state}.`);
    case 'stale':
      return refused('stale', 'The call is not what the person was shown. Show them what waits now.');
    case 'expired':
      return refused('expired', 'The time to decide about it is over.');
    case 'forbidden':
      return refused('forbidden', `That is not allowed: ${answer.reason}.`);
    case 'invalid':
      return refused('invalid', `That does not fit: ${textOfIssues(answer.issues)}.`);
    case 'too-early':
      return refused('too-early', 'What ran it may still act; until then only "happened" is believed.');
  }
}
