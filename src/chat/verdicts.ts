import type { ToolCall, ToolCallChange } from '../conversation/tool-call.ts';
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
  /** Revisions of calls that somebody was asked about: once in a pass. */
  readonly #asked = new Set<string>();

  constructor(run: Run, put: (due?: Due) => void) {
    this.#run = run;
    this.#put = put;
  }

  ask(call: ToolCall): void {
    const revision = `${call.id} ${call.revision}`;
    const verdict = this.#asked.has(revision) ? undefined : advance(this.#run, call);
    if (!verdict) return;
    this.#asked.add(revision);
    if (verdict instanceof Promise) this.#wait(verdict, call.state === 'proposed' ? 1 : 0);
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
    verdict.then(given, (error: unknown) => {
      this.#run.break(error);
      given();
    });
  }

  /** A verdict about a call that was moved in the meantime is dropped. */
  #due(change: ToolCallChange): Due {
    const { conversation } = this.#run;
    const isNext = (): boolean => conversation.findCall(change.id)?.revision === change.revision - 1;
    return { make: () => (isNext() ? [{ type: 'tool', call: change }] : []) };
  }
}
