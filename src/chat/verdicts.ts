import type { ToolCall, ToolCallChange } from '../conversation/tool-call.ts';
import type { Run } from './run.ts';
import { advance } from './start.ts';

/** What becomes of calls before they may start, asked for beside everything else: policies and schemas may take a while. */
export class Verdicts {
  /** How many have not been given. */
  pending = 0;
  readonly #run: Run;
  readonly #given: () => void;
  #verdicts: ToolCallChange[] = [];
  /** Calls whose verdict was asked for and not taken. */
  readonly #asked = new Set<string>();

  constructor(run: Run, given: () => void) {
    this.#run = run;
    this.#given = given;
  }

  ask(calls: readonly ToolCall[], running: ReadonlyMap<string, unknown>): void {
    for (const call of calls) {
      if (running.has(call.id) || this.#asked.has(call.id)) continue;
      const verdict = advance(this.#run, call);
      if (!verdict) continue;
      this.#asked.add(call.id);
      if (verdict instanceof Promise) this.#wait(verdict);
      else this.#verdicts.push(verdict);
    }
  }

  /** All of them, once the last was given. Those about calls that were moved in the meantime are dropped. */
  take(): ToolCallChange[] {
    if (this.pending > 0) return [];
    const { conversation } = this.#run;
    const given = this.#verdicts.filter(({ id, revision }) => conversation.findCall(id)?.revision === revision - 1);
    this.#verdicts = [];
    this.#asked.clear();
    return given;
  }

  #wait(verdict: Promise<ToolCallChange>): void {
    this.pending += 1;
    const done = (): void => {
      this.pending -= 1;
      this.#given();
    };
    verdict
      .then(
        (change) => this.#verdicts.push(change),
        (error: unknown) => this.#run.break(error),
      )
      .then(done, done);
  }
}
