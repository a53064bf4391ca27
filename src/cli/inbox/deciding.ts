import type { Decision } from '../../conversation/decision.ts';
import { seenOf } from '../../conversation/seen.ts';
import type { WaitingRow } from '../../store/store.ts';
import { count, visible } from '../../wire/plain-text.ts';
import type { Answer } from '../answer.ts';
import { decisionOf } from '../decision-of.ts';
import { keepWish, wishFor } from '../grants/wish.ts';
import { refusalText } from '../refusal.ts';
import { messageOf } from '../sentence.ts';
import { needsTool } from '../thread/decider.ts';
import type { Decider } from '../thread/decider.ts';
import { clockText } from '../time-text.ts';
import type { Dialog } from './dialog.ts';
import { untilText } from './until.ts';

/** Decides about calls, as far as their tools are known here. */
export type Deciders = Pick<Decider, 'decide' | 'knows' | 'checkOf' | 'granterFor'>;

/** What is said about some calls. */
export interface Said {
  readonly answer: Exclude<Answer, 'view'>;
  readonly rows: readonly WaitingRow[];
  /** Where more is asked. */
  readonly dialog: Dialog;
  /** Milliseconds since the epoch, by the clock of the store. */
  readonly now: () => number;
}

/** What became of a decision about one call. */
export interface Became {
  readonly row: WaitingRow;
  /**
   * `decided`: it is off the list; `kept`: it counts, and others or a time are waited for; `gone`: it waits no more, and not
   * by this; `refused`: it is as it was.
   */
  readonly type: 'decided' | 'kept' | 'gone' | 'refused';
  readonly text: string;
}

/** Asks what belongs to a decision, and decides. Nothing when the person gave up. */
export async function decide(decider: Deciders, said: Said): Promise<readonly Became[]> {
  if (said.answer === 'grant') return granted(decider, said);
  const decision = await decisionFrom(decider, said);
  if (!decision) return [];
  const all: Became[] = [];
  for (const row of said.rows) all.push(await decided(decider, row, { decision, now: said.now }));
  return all;
}

/** Approves, and grants with it once that counts. */
async function granted(decider: Deciders, { rows, dialog, now }: Said): Promise<readonly Became[]> {
  const row = rows[0]!;
  const { call, thread } = row;
  const desk = { screen: dialog.paper, input: dialog, granter: decider.granterFor(thread.chat) };
  const wish = await wishFor(desk, call, thread.thread);
  if (!wish) return [];
  const became = await decided(decider, row, { decision: { type: 'approve' }, now });
  // Others may have been first: then nothing was approved here.
  if (became.type !== 'decided' && became.type !== 'kept') return [became];
  const told: string[] = [];
  const tell = (line = ''): void => void told.push(line);
  await keepWish({ ...desk, screen: { ...dialog.paper, note: tell, error: tell } }, call, wish);
  return [{ ...became, text: [became.text, ...told].join(' ') }];
}

/** What became of several, in one sentence. */
export function becameText(all: readonly Became[]): string {
  const [first] = all;
  if (!first) return 'Nothing was decided.';
  if (all.length === 1) return first.text;
  const refused = all.filter(({ type }) => type === 'gone' || type === 'refused');
  const decidedText = `${count(all.length - refused.length, 'call')} decided.`;
  return refused.length === 0
    ? decidedText
    : `${decidedText} ${count(refused.length, 'call')} not: ${refused[0]!.text}`;
}

async function decisionFrom(decider: Deciders, said: Said): Promise<Decision | undefined> {
  const { answer, dialog, now } = said;
  if (answer === 'grant') return undefined;
  const { call, thread } = said.rows[0]!;
  if (answer === 'later') {
    const line = await dialog.line('Until when? 30 min, 2 h, 1 d, 14:30, 2027-01-31 (Enter: 1 h) ');
    if (line === undefined) return undefined;
    const until = untilText(line, now());
    if (until === undefined) dialog.paper.error(`${JSON.stringify(visible(line))} is no time to come.`);
    return until === undefined ? decisionFrom(decider, said) : { type: 'snooze', until };
  }
  const isQuestion = answer === 'answer' && call.state === 'awaiting-input';
  const line = isQuestion ? await dialog.line('Your answer: ') : '';
  if (line === undefined || (isQuestion && line.trim() === '')) return undefined;
  const check = decider.checkOf(thread.chat);
  return decisionOf({ answer, line, call, input: dialog, screen: dialog.paper, check });
}

interface Deciding {
  readonly decision: Decision;
  readonly now: () => number;
}

async function decided(decider: Deciders, row: WaitingRow, { decision, now }: Deciding): Promise<Became> {
  const { thread, call } = row;
  const name = visible(call.name);
  if (needsTool(decision) && !decider.knows(thread.chat)) {
    const where = visible(thread.chat);
    return { row, type: 'refused', text: `Its tools are not known here: that has to be said where ${where} runs.` };
  }
  try {
    const answer = await decider.decide({ thread, call: call.id, decision, seen: seenOf(call) });
    if (answer.type === 'applied') return { row, ...appliedText(answer.call, name, now()) };
    const isOver = answer.type === 'already' || answer.type === 'expired' || answer.type === 'stale';
    return { row, type: isOver ? 'gone' : 'refused', text: `${name}: ${refusalText(answer, now())}` };
  } catch (error) {
    return { row, type: 'refused', text: `${name}: ${visible(messageOf(error))}.` };
  }
}

function appliedText(call: WaitingRow['call'], name: string, now: number): Pick<Became, 'type' | 'text'> {
  // Others have to agree, too, or its time comes later: it is still on the list.
  if (call.state === 'awaiting-approval')
    return { type: 'kept', text: `${name}: your yes counts; it needs others, too.` };
  if (call.state === 'snoozed') return { type: 'kept', text: `${name}: put off until ${clockText(call.until, now)}.` };
  return { type: 'decided', text: `${name}: ${call.state}.` };
}
