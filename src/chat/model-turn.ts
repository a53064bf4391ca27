import { ChatError, messageOf } from '../conversation/error.ts';
import type { ChatEvent, StepEndEvent } from '../conversation/event.ts';
import type { Message } from '../conversation/message.ts';
import type { Effect } from '../conversation/tool-call.ts';
import { hookFailed } from './hooks.ts';
import type { ResponseInfo } from './model.ts';
import { ModelSource } from './model-source.ts';
import type { Finish } from './model-source.ts';
import { defaultRetry, isUnread } from './retry.ts';
import type { Run, Underway } from './run.ts';
import { sleep } from './sleep.ts';
import type { Plan } from './step.ts';
import { loadedEngine } from './tool-engine.ts';
import type { ToolEngine } from './tool-engine.ts';

/** What a run yields: events that are committed and applied, or a model call to be read. */
export type Output = readonly ChatEvent[] | ModelSource;

/**
 * One model call, made again when it failed in a way that may pass. Its message opens at once, so that whatever is said
 * meanwhile has its place behind it (rule L4); at its end the message is committed whole.
 */
export async function* modelTurn(run: Run, plan: Plan): AsyncGenerator<Output, void> {
  const retry = run.setup.retry ?? defaultRetry(plan.model.maxRetries ?? 2);
  let call = new ModelCall(run, plan);
  try {
    for (let attempt = 1, wait = 0; ; attempt += 1) {
      const opening = call.isOpen ? undefined : call.open();
      if (opening) await opening;
      let failure: unknown;
      try {
        yield wait > 0 ? call.askAfter(wait) : call.ask();
        yield call.end();
        return;
      } catch (error) {
        failure = error;
      }
      let after: number | false = false;
      try {
        after = call.mayAskAgain(failure) && retry(attempt, failure);
      } catch (error) {
        failure = hookFailed('retry', error);
      }
      yield call.fail(failure, after);
      // Somebody spoke: the loop goes on with what was said (rule D8).
      if (call.wasInterrupted(failure)) return;
      if (after === false) throw failure;
      wait = after;
      if (!call.isOpen) call = new ModelCall(run, plan);
    }
  } finally {
    // Its reader went away: what came is kept and marked (rule L8).
    if (call.isOpen) await call.withdraw('the reader left', { keep: true });
    call.close();
  }
}

/** Why a model is stopped when somebody speaks. One for all: an error is not cheap to make. */
const interruption = new Error('something was said meanwhile');

/** One message of the model, from its opening to its end. */
class ModelCall implements Underway {
  readonly message: Message;
  /** Whether its message stands in the conversation, neither ended nor withdrawn. */
  isOpen = false;
  readonly #run: Run;
  readonly #plan: Plan;
  #source: ModelSource | undefined;
  #interrupted = false;
  /** Nothing of the last request was taken up: it was not sent, or refused. */
  #unread = true;
  /** Of its opening: told with the first of what the model says, or before its withdrawal. */
  #untold: readonly ChatEvent[] = [];

  constructor(run: Run, plan: Plan) {
    const { model } = plan;
    const { conversation } = run;
    this.#run = run;
    this.#plan = plan;
    this.message = {
      id: conversation.newId(),
      role: 'assistant',
      parts: [],
      at: conversation.now(),
      model: { provider: model.provider, id: model.id },
    };
  }

  /** Its place is stored before anything comes: what was said until now stands before the answer, in the log too. */
  open(): Promise<void> | undefined {
    const run = this.#run;
    run.underway = this;
    const opened: ChatEvent = { type: 'message', message: this.message };
    const committing = run.commit(() => [...(this.#engine?.handOver(run) ?? []), opened]);
    if (committing instanceof Promise) return committing.then((events) => this.#opened(events));
    this.#opened(committing);
    return undefined;
  }

  stopped(reason: unknown): void {
    this.#source?.cut(reason);
  }

  recorded(interrupts: boolean): void {
    if (interrupts) this.#source?.cut(interruption);
    this.#interrupted ||= interrupts;
    void this.#run.flush();
  }

  #opened(events: readonly ChatEvent[]): void {
    this.#untold = events;
    this.isOpen = true;
    this.#run.open = this.message.id;
  }

  #tellOpening(): readonly ChatEvent[] {
    const events = this.#untold;
    this.#untold = [];
    return events;
  }

  close(): void {
    this.isOpen = false;
    this.#run.underway = undefined;
    this.#run.open = undefined;
  }

  ask(): ModelSource {
    const run = this.#run;
    run.throwIfOver();
    const { model, request, see } = this.#plan;
    const { messages } = run.conversation;
    // Somebody spoke between the opening and now: what they said stands behind.
    if (this.#interrupted && messages.at(-1)?.id !== this.message.id) throw interruption;
    const before = messages.slice(
      0,
      messages.findLastIndex(({ id }) => id === this.message.id),
    );
    const asked = { ...request, messages: see(before) };
    this.#unread = false;
    const Growing = run.setup.output && loadedEngine()?.GrowingOutput;
    const output = Growing && new Growing(request);
    this.#source = new ModelSource(model, asked, { run, opened: this.message, interruption, output });
    this.#source.opening = this.#tellOpening();
    return this.#source;
  }

  async askAfter(wait: number): Promise<ModelSource> {
    await sleep(wait, this.#run.signal);
    return this.ask();
  }

  end(): readonly ChatEvent[] | Promise<readonly ChatEvent[]> {
    const { model } = this.#plan;
    if (!this.#source?.finish) {
      const name = `${model.provider}/${model.id}`;
      throw new ChatError('incomplete-response', `The answer of ${name} ended before its end.`, { retryable: true });
    }
    const event = this.#endEvent(this.#source, this.#source.finish);
    this.#tell(event);
    const engine = this.#plan.request.output && loadedEngine();
    return engine ? engine.outputIn(this.#run, event).then((whole) => this.#end(whole)) : this.#end(event);
  }

  #end(event: StepEndEvent): readonly ChatEvent[] | Promise<readonly ChatEvent[]> {
    const run = this.#run;
    const make = (): readonly ChatEvent[] => [
      ...(this.#engine?.untold(run, event) ?? []),
      ...(this.#isThere ? [event] : []),
    ];
    // What comes next is committed with it: verdicts about its calls, the end of the run, or the next answer.
    const committing = run.commit(make, () => true);
    if (!(committing instanceof Promise)) this.close();
    return committing instanceof Promise ? committing.finally(() => this.close()) : committing;
  }

  wasInterrupted(error: unknown): boolean {
    return error === interruption && !this.#run.isOver;
  }

  /** Not after a stop, and where a tool of the provider may have acted only when the request was refused unread (rule W3). */
  mayAskAgain(error: unknown): error is ChatError {
    this.#unread ||= this.#source?.firstAt === undefined && isUnread(error);
    return error instanceof ChatError && !this.#run.isOver && (this.#unread || !this.#mayHaveActed);
  }

  get #mayHaveActed(): boolean {
    const { providerTools } = this.#plan.request;
    const acts = ({ effect }: { readonly effect?: Effect }): boolean => effect !== 'read';
    return (
      this.#source?.provided?.acted === true ||
      providerTools?.some(acts) === true ||
      this.#run.conversation.unsettled.some((call) => call.providerExecuted && call.state === 'running' && acts(call))
    );
  }

  /** Needed where there are calls that are not settled: a pass has looked at them. */
  get #engine(): ToolEngine | undefined {
    return this.#run.conversation.hasUnsettled ? loadedEngine() : undefined;
  }

  /** What came is withdrawn, unless nothing did and it is asked for again (rule L4). */
  async fail(error: unknown, after: number | false): Promise<readonly ChatEvent[]> {
    const opening = this.#tellOpening();
    const events = await this.#failed(error, after);
    return opening.length === 0 ? events : [...opening, ...events];
  }

  async #failed(error: unknown, after: number | false): Promise<readonly ChatEvent[]> {
    if (after === false) return this.withdraw(messageOf(error), { keep: true });
    const reason = `${messageOf(error)} Asked again in ${(after / 1000).toFixed(1)} s.`;
    const warning: ChatEvent = { type: 'warning', reason };
    const isUntouched = this.#source?.firstAt === undefined && this.#isThere;
    return isUntouched ? this.#run.commit(() => [warning]) : this.withdraw(reason, { keep: false, warning });
  }

  /** Withdraws what came: kept and marked, or removed. */
  async withdraw(
    reason: string,
    { keep, warning }: { readonly keep: boolean; readonly warning?: ChatEvent },
  ): Promise<readonly ChatEvent[]> {
    const run = this.#run;
    this.#source?.cut(new Error(reason));
    this.isOpen = false;
    const usage = this.#source?.usage;
    const message = this.message.id;
    const reset: ChatEvent = { type: 'reset', message, keep, reason, ...(usage && { usage }) };
    const unread = this.#unread;
    const make = (): readonly ChatEvent[] => [
      ...(this.#source?.provided?.unfolded ?? []),
      ...(this.#isThere ? [reset] : []),
      ...(this.#engine?.takeBack(run, { unread }) ?? []),
    ];
    try {
      if (!run.fenced) return await run.commit(() => [...make(), ...(warning ? [warning] : [])]);
    } catch {
      // The run is broken now, and says so; what came is withdrawn here all the same, lest half an answer counts.
    }
    const events = make();
    run.conversation.journal.record(make);
    return events;
  }

  /** False when it was withdrawn while it was spoken. */
  get #isThere(): boolean {
    return this.#run.conversation.has(this.message.id);
  }

  #endEvent(source: ModelSource, { reason, raw, provider, model, responseId }: Finish): StepEndEvent {
    const now = this.#run.conversation.now();
    const { id, at } = this.message;
    return {
      type: 'step-end',
      message: id,
      finish: reason,
      ...(raw !== undefined && { rawFinish: raw }),
      ...(source.usage && { usage: source.usage }),
      model: { provider: provider ?? this.#plan.model.provider, id: model ?? this.#plan.model.id },
      ...(responseId !== undefined && { responseId }),
      timing: { first: (source.firstAt ?? now) - at, total: now - at },
    };
  }

  #tell({ finish, usage, responseId, model }: StepEndEvent): void {
    const response: ResponseInfo = { finish, usage, responseId, provider: model.provider, model: model.id };
    try {
      this.#plan.model.done?.(response);
    } catch (error) {
      this.#run.report(error);
    }
  }
}
