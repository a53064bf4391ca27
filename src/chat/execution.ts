import type { ToolProgressEvent } from '../conversation/event.ts';
import type { Json } from '../conversation/json.ts';
import type { Attempt } from '../conversation/attempt.ts';
import type { DataPart } from '../conversation/part.ts';
import type { Sensitive } from '../conversation/sensitive.ts';
import type { Effect, ToolCall } from '../conversation/tool-call.ts';
import { callFor, copyOf } from './arguments.ts';
import { idempotencyKey } from './idempotency-key.ts';
import { cutOff, doubtful, kept, returned, threw } from './outcome.ts';
import type { Cut, Outcome } from './outcome.ts';
import { reportable } from './reportable.ts';
import type { Run } from './run.ts';
import { ToolError } from './tool.ts';
import type { AnyTool, ToolContext } from './tool.ts';

const defaultTimeout = 120_000;

/** Longer than anybody waits, and still a time that JSON can hold. */
const decade = 10 * 365 * 24 * 60 * 60 * 1_000;

/** A new attempt at a call. Until its deadline it may still act, whatever becomes of this process (rule E2). */
export function attemptAt({ attempt, input }: ToolCall, tool: AnyTool, now: number): Attempt {
  const number = (attempt?.number ?? 0) + 1;
  const deadline = Math.ceil(now + Math.min(timeoutOf(tool, input), decade));
  if (!attempt) return { number, startedAt: now, deadline };
  return { number, startedAt: now, deadline, firstStartedAt: attempt.firstStartedAt ?? attempt.startedAt };
}

/** What is no length of time counts as none: an attempt without a deadline could act for ever. */
function timeoutOf({ timeout = defaultTimeout }: AnyTool, input: unknown): number {
  try {
    const length = typeof timeout === 'number' ? timeout : timeout(copyOf(input));
    return length > 0 ? length : defaultTimeout;
  } catch {
    return defaultTimeout;
  }
}

/** Where an execution tells what it does. */
export interface Stage {
  progress(event: ToolProgressEvent): void;
  emit(execution: Execution, value: Omit<DataPart, 'type'>): void;
  /** Called once: how the attempt came out, as far as anybody waited for it. */
  settled(execution: Execution, outcome: Outcome): void;
  /** Called when an attempt that had been given up says something after all. */
  late(execution: Execution, outcome: Outcome): void;
}

/** One attempt at a tool call that was committed as running. It never throws: whatever happens is an outcome. */
export class Execution {
  readonly call: ToolCall;
  /** When its time is over, by `performance.now()`. */
  readonly endsAt: number;
  readonly #run: Run;
  readonly #tool: AnyTool;
  readonly #stage: Stage;
  readonly #effect: Effect;
  #controller: AbortController | undefined;
  #cut: { readonly why: Cut; readonly reason: unknown } | undefined;
  #settled = false;
  #tries = 1;
  /** Set while it waits for its next try. */
  #again: ReturnType<typeof setTimeout> | undefined;

  constructor(run: Run, { call, tool, stage }: { call: ToolCall; tool: AnyTool; stage: Stage }) {
    this.call = call;
    // The attempt was committed a while ago; it may not act after the deadline that was stored (rule E2).
    this.endsAt = performance.now() + (call.attempt?.deadline ?? 0) - run.conversation.now();
    this.#run = run;
    this.#tool = tool;
    this.#stage = stage;
    this.#effect = call.effect ?? 'undeclared';
  }

  start(): void {
    this.#again = undefined;
    try {
      const { around } = this.#run.setup;
      const about = { call: this.call, tool: this.#tool };
      const output: unknown = around ? around.tool(about, () => this.#act()) : this.#act();
      if (isThenable(output))
        output.then(
          (value) => this.#returned(value),
          (error: unknown) => this.#caught(error),
        );
      else this.#returned(output);
    } catch (error) {
      this.#caught(error);
    }
  }

  /** Tells the tool to stop. It may still answer until it is given up. */
  cut(why: Cut, reason: unknown): void {
    if (this.#settled || this.#cut) return;
    this.#cut = { why, reason };
    this.#controller?.abort(reason);
    // It waits for its next try, and nothing runs that could answer.
    if (this.#again) this.giveUp();
  }

  /** Waits no longer; what it says from now on is late. */
  giveUp(): void {
    clearTimeout(this.#again);
    if (!this.#settled) this.#finish(cutOff(this.#effect, this.#cut?.why ?? 'timeout'));
  }

  /** Made when it is asked for, which most tools never do. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#cut) this.#controller.abort(this.#cut.reason);
    return this.#controller.signal;
  }

  progress(progress: unknown): void {
    const { id, name } = this.call;
    if (this.#settled) return;
    this.#stage.progress({ type: 'tool-progress', id, name, progress: this.#kept(progress), ...this.#marked });
  }

  emit(name: string, data: Json): void {
    if (!this.#settled)
      this.#stage.emit(this, {
        name: String(this.#kept(name)),
        data: this.#kept(data),
        tool: this.call.name,
        ...this.#marked,
      });
  }

  get #marked(): { readonly sensitive?: Sensitive } {
    const { sensitive } = this.call;
    return sensitive ? { sensitive } : {};
  }

  #kept(value: unknown): Json {
    return kept(value, this.#run.setup.limits?.event);
  }

  #act(): unknown {
    // The pass has seen that the tool can run.
    return this.#tool.run!(copyOf(this.call.input), new CallContext(this.#run, this));
  }

  #returned(output: unknown): void {
    const { conversation, setup } = this.#run;
    const { limits, children } = setup;
    this.#finish(returned(this.#tool, output, { now: conversation.now(), limits, children }));
  }

  /** What a tool throws may be a proxy, which is free to throw at every question. */
  #caught(error: unknown): void {
    try {
      this.#threw(error);
    } catch {
      this.#threw(new Error('what it threw cannot be looked at'));
    }
  }

  #threw(error: unknown): void {
    if (error instanceof ToolError) return this.#finish(threw(this.#run, this.call, error));
    // Stopped, and it says that it stopped: nobody knows how far it had come.
    if (this.#cut) return this.#finish(cutOff(this.#effect, this.#cut.why));
    if (this.#effect !== 'idempotent' || (this.call.attempt?.number ?? 1) === 1) {
      return this.#finish(threw(this.#run, this.call, error));
    }
    // An earlier attempt may be in flight still: the same key again, then doubt, never "failed" (rule E5).
    const errorId = this.#run.report(reportable(error, this.call));
    if (this.#tries === 3) return this.#finish(doubtful(`it was tried again, and failed (error ${errorId})`));
    this.#again = setTimeout(() => this.start(), 1_000 * 2 ** (this.#tries - 1));
    this.#tries += 1;
  }

  #finish(outcome: Outcome): void {
    if (this.#settled) return this.#stage.late(this, outcome);
    this.#settled = true;
    this.#stage.settled(this, outcome);
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  try {
    return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
  } catch {
    // A proxy may throw at every question; it is a result like any other (rule E6).
    return false;
  }
}

/** What the tool is given beside its input. */
class CallContext implements ToolContext {
  readonly context: unknown;
  readonly answer: unknown;
  readonly state: Json | undefined;
  // Functions of their own, since tools take them out of the context.
  readonly progress: ToolContext['progress'] = (value) => this.#execution.progress(value);
  readonly emit: ToolContext['emit'] = (name, data) => this.#execution.emit(name, data);
  readonly #conversation: string;
  readonly #execution: Execution;
  #call: ToolCall | undefined;

  constructor({ setup, conversation }: Run, execution: Execution) {
    this.context = setup.context;
    this.answer = execution.call.resume?.answer;
    this.state = execution.call.resume?.state;
    this.#conversation = conversation.id;
    this.#execution = execution;
  }

  /** One that a tool may write into. */
  get call(): ToolCall {
    return (this.#call ??= callFor(this.#execution.call));
  }

  get key(): string {
    return idempotencyKey(this.#conversation, this.#execution.call);
  }

  get signal(): AbortSignal {
    return this.#execution.signal;
  }
}
