import type { MixedTools } from '../chat/tool.ts';
import type { LiveThread } from '../client/thread.ts';
import type { Answer } from '../client/views.ts';
import type { Decision } from '../conversation/decision.ts';
import { ChatError } from '../conversation/error.ts';
import { childOf } from '../conversation/handed-out.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import type { SomeBrowserTools } from './browser-tools.ts';
import { decidedBy } from '../client/decided.ts';
import type { Decided } from '../client/decided.ts';

/** What a component runs, as it is when it is asked. */
export interface Attached {
  readonly tools: SomeBrowserTools;
  readonly onToolAnswer?: ((call: ToolCall, answer: Decided) => void) | undefined;
}

/** A call that this page answers. */
interface Run {
  readonly call: ToolCall;
  readonly ending: AbortController;
  readonly tell: (answer: Decided) => void;
  /** What it came to. */
  decision?: Decision;
  isSending: boolean;
  isOver: boolean;
}

/** What a page runs for one thread: each call once, however many components show it. */
export class ToolRunner {
  readonly #live: LiveThread<MixedTools>;
  readonly #attached = new Set<() => Attached>();
  readonly #runs = new Map<string, Run>();
  #unsubscribe = (): void => {};

  constructor(live: LiveThread<MixedTools>) {
    this.#live = live;
  }

  /** Runs these tools from now on; gives what ends that. What was started goes on: its thread waits for it. */
  attach(attached: () => Attached): () => void {
    this.#attached.add(attached);
    if (this.#attached.size === 1) this.#unsubscribe = this.#live.subscribe(() => this.#look());
    this.#look();
    return () => {
      this.#attached.delete(attached);
      if (this.#attached.size === 0) this.#unsubscribe();
    };
  }

  #look(): void {
    const { status, thread, waiting } = this.#live.getSnapshot();
    // A view that is not connected may be of before.
    if (status !== 'live' || !thread) return;
    const calls = new Map(waiting.external.map((call) => [keyOf(call), call]));
    for (const [key, run] of this.#runs) {
      if (!calls.has(key)) this.#end(key, run);
    }
    for (const [key, call] of calls) this.#take(key, call);
  }

  #take(key: string, call: ToolCall): void {
    const known = this.#runs.get(key);
    if (known) return void this.#send(known);
    const attached = [...this.#attached].find((one) => toolIn(one(), call) !== undefined);
    const tool = attached && toolIn(attached(), call);
    if (!tool || childOf(call)) return;
    const tell = (answer: Decided): void => attached().onToolAnswer?.(call, answer);
    const run: Run = { call, ending: new AbortController(), tell, isSending: false, isOver: false };
    this.#runs.set(key, run);
    void this.#run(run, tool);
  }

  async #run(run: Run, tool: NonNullable<SomeBrowserTools[string]>): Promise<void> {
    const { call, ending } = run;
    try {
      const output = await tool(call.input, { call, signal: ending.signal });
      run.decision = { type: 'answer', output: output ?? null };
    } catch (error) {
      run.decision = { type: 'reject', reason: error instanceof Error ? error.message : 'the tool failed' };
    }
    await this.#send(run);
  }

  /** Sends what it came to; what does not arrive is sent again with the next change of a thread that is connected. */
  async #send(run: Run): Promise<void> {
    const { call, decision, tell } = run;
    if (!decision || run.isSending || run.isOver) return;
    run.isSending = true;
    const answer = await decidedBy(() => this.#decide(call, decision), call);
    run.isSending = false;
    run.isOver = answer.type !== 'failed' || !answer.error.retryable;
    if (run.isOver) tell(answer);
  }

  async #decide(call: ToolCall, decision: Decision): Promise<Answer> {
    const answer = await this.#live.decide(call, decision);
    if (answer.type !== 'invalid' || decision.type !== 'answer') return answer;
    // Waiting on would not help: the tool has run.
    const issues = answer.issues.map(({ message }) => message).join('; ');
    await this.#live.decide(call, { type: 'reject', reason: `its result does not fit: ${issues}` });
    return answer;
  }

  #end(key: string, run: Run): void {
    this.#runs.delete(key);
    run.ending.abort(new ChatError('aborted', 'Running a tool of the page: its call waits no more.'));
  }
}

/** Names of calls come from a model: none is looked up in a prototype. */
function toolIn({ tools }: Attached, { name }: ToolCall): SomeBrowserTools[string] {
  return Object.hasOwn(tools, name) ? tools[name] : undefined;
}

/** A new attempt of a call is run again, a change in it is not. */
function keyOf({ id, attempt }: ToolCall): string {
  return `${id} ${attempt?.number ?? 0}`;
}
