import type { ChatEvent } from '../conversation/event.ts';
import { move } from '../conversation/move.ts';
import type { ToolCall, ToolCallChange } from '../conversation/tool-call.ts';
import { copyOf, validateAs } from './arguments.ts';
import { idempotencyKey } from './execution.ts';
import { inTime } from './in-time.ts';
import { toolOf } from './judge.ts';
import { completed } from './outcome.ts';
import type { Run } from './run.ts';
import type { AnyTool, CheckAnswer } from './tool.ts';

type DoubtfulCall = ToolCall & { readonly state: 'in-doubt' };

/** Asks the tools that have a check about their calls in doubt, once a pass, beside everything else. */
export class Checks {
  /** How many have not answered. */
  pending = 0;
  readonly #run: Run;
  readonly #answered: () => void;
  readonly #asked = new Set<string>();
  #begun = false;

  constructor(run: Run, answered: () => void) {
    this.#run = run;
    this.#answered = answered;
  }

  /** Looks at the calls that came into doubt with these events, and the first time at all. */
  begin(events: readonly ChatEvent[]): void {
    if (this.#run.signal.aborted) return;
    const came = events.some((event) => event.type === 'tool' && event.call.state === 'in-doubt');
    if (this.#begun && !came) return;
    this.#begun = true;
    for (const call of this.#run.conversation.unsettled) {
      const tool = call.state === 'in-doubt' && !this.#asked.has(call.id) ? toolOf(this.#run, call.name) : undefined;
      if (call.state !== 'in-doubt' || !tool?.check) continue;
      this.#asked.add(call.id);
      this.pending += 1;
      void checkDoubt(this.#run, call, tool).then((change) => this.#record(change));
    }
  }

  #record(change: ToolCallChange | undefined): void {
    const { conversation } = this.#run;
    this.pending -= 1;
    if (change) {
      conversation.journal.record(() => {
        // A person may have decided first.
        const isNext = conversation.findCall(change.id)?.revision === change.revision - 1;
        return isNext ? [{ type: 'tool', call: change }] : [];
      });
    }
    this.#answered();
  }
}

/** What a check's answer does to the call; nothing when it does not know, fails, or takes too long (rule E2). */
async function checkDoubt(run: Run, call: DoubtfulCall, tool: AnyTool): Promise<ToolCallChange | undefined> {
  const answer = await answerOf(run, call, tool);
  if (answer === 'did-not-happen') {
    const { deadline = 0 } = call.attempt ?? {};
    if (deadline <= run.conversation.now()) return move(call, 'run-again', { state: 'approved', by: 'check' });
    // The old attempt may still thaw: only "it happened" is believed until then.
    if (call.recheckAt === deadline) return undefined;
    return move(call, 'wait', { state: 'in-doubt', reason: call.reason, recheckAt: deadline });
  }
  if (typeof answer !== 'object' || answer === null || !('happened' in answer)) return undefined;
  const output = await validateAs(run, tool.output, answer.happened);
  if ('issues' in output) return undefined;
  return move(call, 'happened', { ...completed(tool, output.input), by: 'check' });
}

async function answerOf(run: Run, call: ToolCall, tool: AnyTool): Promise<CheckAnswer<unknown> | undefined> {
  const key = idempotencyKey(run.conversation.id, call);
  const about = { key, call, context: run.setup.context, signal: run.signal };
  try {
    return await inTime(Promise.resolve(tool.check?.(copyOf(call.input), about)), 'The check', run.signal);
  } catch (error) {
    if (!run.signal.aborted) run.report(error);
    return 'unknown';
  }
}
