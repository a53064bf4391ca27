import type { ToolCall, ToolCallChange } from '../conversation/tool-call.ts';
import { isUnjudged } from './approval.ts';
import type { Due } from './due.ts';
import type { Run } from './run.ts';
import { advance } from './start.ts';

/** What becomes of calls before they may start, asked for beside everything else: policies, schemas and checks take a while. */
export class Verdicts {
  /** How many have not been given. */
  pending = 0;
  /** How many of those are about new calls: nothing new starts before all of them are decided. */
  judging = 0;
  readonly #run: Run;
  readonly #put: (due?: Due) => void;
  /** What was asked already: each question once in a pass. */
  readonly #asked = new Set<string>();

  constructor(run: Run, put: (due?: Due) => void) {
    this.#run = run;
    this.#put = put;
  }

  ask(call: ToolCall): void {
    // A check may put off its own question, which makes a new revision; about the next attempt it is asked again.
    const asked = call.state === 'in-doubt' ? `attempt ${call.attempt?.number}` : call.revision;
    const question = `${call.id} ${asked}`;
    const verdict = this.#asked.has(question) ? undefined : advance(this.#run, call);
    if (!verdict) return;
    this.#asked.add(question);
    if (verdict instanceof Promise) this.#wait(verdict, call.state === 'proposed' || isUnjudged(call) ? 1 : 0);
    else this.#put(this.#due(verdict));
  }

  #wait(verdict: Promise<ToolCallChange | undefined>, isNew: number): void {
    this.pending += 1;
    this.judging += isNew;
    const given = (change?: ToolCallChange): void => {
      this.pending -= 1;
      this.judging -= isNew;
      this.#put(change && this.#due(change));
    };
    // Nobody waits for it once the run is broken.
    verdict.then(given, (error: unknown) => this.#run.break(error));
  }

  /** A verdict about a call that was moved in the meantime is dropped. */
  #due(change: ToolCallChange): Due {
    const { conversation } = this.#run;
    const isNext = (): boolean => conversation.findCall(change.id)?.revision === change.revision - 1;
    return { make: () => (isNext() ? [{ type: 'tool', call: change }] : []) };
  }
}
