import type { Decision } from '../../conversation/decision.ts';
import { seenOf } from '../../conversation/seen.ts';
import type { WaitingRow } from '../../store/store.ts';
import { answerIn, needsAll } from '../answer.ts';
import { choicesText } from '../choices.ts';
import { decisionOf } from '../decision-of.ts';
import { keepWish, wishFor } from '../grants/wish.ts';
import type { Desk } from '../grants/wish.ts';
import type { Input } from '../input.ts';
import { count, visible } from '../../wire/plain-text.ts';
import { questionText } from '../question.ts';
import { refusalText } from '../refusal.ts';
import type { Screen } from '../screen.ts';
import { spanText } from '../time-text.ts';
import { needsTool } from './decider.ts';
import type { Deciders } from '../inbox/deciding.ts';

/** What a round through the inbox needs. */
export interface InboxRoundOptions {
  readonly screen: Screen;
  readonly input: Input;
  readonly decider: Deciders;
  /** Milliseconds by which the store's clock is ahead of ours. */
  readonly ahead: number;
  /** Who does what follows from decisions. */
  readonly follows: string;
}

/** Asks a person about calls of many threads, one after the other, in the words of the talk. */
export class InboxRound {
  readonly #options: InboxRoundOptions;
  #applied = 0;
  /** The call about which the last decision counted. */
  #lastApplied: string | undefined;

  constructor(options: InboxRoundOptions) {
    this.#options = options;
  }

  async run(rows: readonly WaitingRow[]): Promise<void> {
    const { screen } = this.#options;
    for (const [index, row] of rows.entries()) {
      const place = rows.length > 1 ? `${index + 1} of ${rows.length}` : '';
      if (!(await this.#askAbout(row, place))) break;
    }
    if (this.#applied === 0) return;
    screen.note(`${count(this.#applied, 'call')} decided. ${this.#options.follows}`);
  }

  /** Until it is decided or put off; false when there are no more lines. */
  async #askAbout(row: WaitingRow, place: string): Promise<boolean> {
    const { screen, input } = this.#options;
    let folded = this.#show(row, { place, all: false });
    const desk = { screen, input, granter: this.#options.decider.granterFor(row.thread.chat) };
    const mayGrant = desk.granter?.offer(row.call).type === 'suggested';
    for (;;) {
      const { call } = row;
      const prompt = (): string =>
        `${choicesText(call, { now: this.#now, folded, mayGrant })} ${screen.style.bold('> ')}`;
      const line = await input.line(prompt, { counts: (typed) => answerIn(typed, call, true) !== undefined });
      if (line === undefined) return false;
      const answer = answerIn(line, call, true);
      if (answer === 'later') return true;
      const mustSee = folded && answer !== undefined && needsAll.has(answer);
      if (mustSee) screen.note('Part of it was folded; this is all of it. Then say it again:');
      if (answer === 'view' || mustSee) folded = this.#show(row, { place, all: true });
      else if (answer === undefined) screen.note('One of these decides; Ctrl-D leaves.');
      else if (answer === 'grant') {
        if (await this.#isGranted(row, desk)) return true;
      } else {
        const check = this.#options.decider.checkOf(row.thread.chat);
        const decision = await decisionOf({ answer, line, call, input, screen, check });
        if (decision && (await this.#isDecided(row, decision))) return true;
      }
    }
  }

  /** Approves, and grants with it; whether there is nothing more to be said about it. */
  async #isGranted(row: WaitingRow, desk: Desk): Promise<boolean> {
    const { thread, call } = row;
    const wish = await wishFor(desk, call, thread.thread);
    if (!wish || !(await this.#isDecided(row, { type: 'approve' }))) return false;
    // Others may have been first: then nothing was approved here.
    if (this.#lastApplied === call.id) await keepWish(desk, call, wish);
    return true;
  }

  /** Gives whether part of it is folded (rule X5). */
  #show({ thread, call, since }: WaitingRow, { place, all }: { place: string; all: boolean }): boolean {
    const { screen } = this.#options;
    const { width, style } = screen;
    const title = thread.title === undefined ? '' : ` "${visible(thread.title)}"`;
    const { lines, folded } = questionText({ call, place, all, width, style, now: this.#now });
    screen.line();
    screen.note(`Thread ${visible(thread.thread)}${title}, waiting for ${spanText(this.#now - since)}`);
    for (const line of lines) screen.line(line);
    return folded;
  }

  /** Whether there is nothing more to be said about it. */
  async #isDecided({ thread, call }: WaitingRow, decision: Decision): Promise<boolean> {
    const { screen, decider } = this.#options;
    if (needsTool(decision) && !decider.knows(thread.chat)) {
      screen.error(`Its tools are not known here: that has to be said where ${visible(thread.chat)} runs.`);
      return false;
    }
    const answer = await decider.decide({ thread, call: call.id, decision, seen: seenOf(call) });
    if (answer.type !== 'applied') {
      screen.error(refusalText(answer, this.#now));
      return answer.type === 'already' || answer.type === 'expired' || answer.type === 'stale';
    }
    this.#applied += 1;
    this.#lastApplied = call.id;
    screen.note(`${visible(call.name)}: ${stateText(answer.call.state)}`);
    return true;
  }

  get #now(): number {
    return Date.now() + this.#options.ahead;
  }
}

function stateText(state: string): string {
  return state === 'awaiting-approval' ? 'your yes counts; it needs others, too' : state;
}
