import type { MixedTools } from '../chat/tool.ts';
import type { LiveThread } from '../client/thread.ts';
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
    const answer = await this.#decide(call, decision);
    run.isSending = false;
    run.isOver = answer.type !== 'failed' || !answer.error.retryable;
    if (run.isOver) tell(answer);
  }

  async #decide(call: ToolCall, decision: Decision): Promise<Decided> {
    const decided = (one: Decision): Promise<Decided> => decidedBy(() => this.#live.decide(call, one), call);
    const answer = await decided(decision);
    const wrong = misfitOf(answer);
    if (wrong === undefined) return answer;
    // Waiting on would not help: the tool has run.
    const what = decision.type === 'answer' ? 'its result' : 'why it failed';
    await decided({ type: 'reject', reason: `${what} ${wrong}` });
    return answer;
  }

  #end(key: string, run: Run): void {
    this.#runs.delete(key);
    run.ending.abort(new ChatError('aborted', 'Running a tool of the page: its call waits no more.'));
  }
}

/** Why what a tool came to is never taken: it does not fit, is no JSON, or is too large. */
function misfitOf(answer: Decided): string | undefined {
  if (answer.type === 'invalid') return `does not fit: ${answer.issues.map(({ message }) => message).join('; ')}`;
  if (answer.type !== 'failed') return undefined;
  const { code, retryable } = answer.error;
  return code === 'invalid-request' && !retryable ? 'could not be handed over' : undefined;
}

/** Names of calls come from a model: none is looked up in a prototype. */
function toolIn({ tools }: Attached, { name }: ToolCall): SomeBrowserTools[string] {
  return Object.hasOwn(tools, name) ? tools[name] : undefined;
}

/** A new attempt of a call is run again, a change in it is not. */
function keyOf({ id, attempt }: ToolCall): string {
  return `${id} ${attempt?.number ?? 0}`;
}
