import { ChatError, messageOf } from '../conversation/error.ts';
import type { ChatEvent, StepEndEvent } from '../conversation/event.ts';
import type { Message } from '../conversation/message.ts';
import { sleep } from './in-time.ts';
import type { ResponseInfo } from './model.ts';
import { ModelSource } from './model-source.ts';
import { defaultRetry } from './retry.ts';
import type { Run } from './run.ts';
import type { Plan } from './step.ts';

/** What a run yields: events that are committed and applied, or a model call to be read. */
export type Output = readonly ChatEvent[] | ModelSource;

/**
 * One model call, made again when it failed in a way that may pass. Its message opens at once, so that whatever is said
 * meanwhile has its place behind it (rule L4); at its end the message is committed whole.
 */
export async function* modelTurn(run: Run, plan: Plan): AsyncGenerator<Output, void> {
  const retry = setupRetry(run, plan);
  while (yield* answer(run, new ModelCall(run, plan), retry));
}

/** Milliseconds until the call is made again after this error, or `false`; counts the attempts. */
type NextRetry = (error: unknown) => number | false;

/** How a model call failed, and after how many milliseconds it is made again. */
interface Failure {
  readonly error: unknown;
  readonly wait: number | false;
}

/** True when the message was withdrawn and another is to be asked for. */
async function* answer(run: Run, call: ModelCall, retry: NextRetry): AsyncGenerator<Output, boolean> {
  let isOpen = false;
  try {
    const opened = await call.open();
    isOpen = true;
    yield opened;
    let failure = yield* attempt(run, call, { retry, wait: 0 });
    while (failure && failure.wait !== false && call.isUntouched) {
      yield await run.commit(again(failure));
      failure = yield* attempt(run, call, { retry, wait: failure.wait });
    }
    isOpen = false;
    return failure ? yield* withdraw(run, call, failure) : false;
  } finally {
    // Its reader went away: what came is kept and marked (rule L8).
    if (isOpen) await call.withdraw('the reader left', true);
    call.close();
  }
}

async function* attempt(
  run: Run,
  call: ModelCall,
  { retry, wait }: { readonly retry: NextRetry; readonly wait: number },
): AsyncGenerator<Output, Failure | undefined> {
  try {
    if (wait > 0) await sleep(wait, run.signal);
    yield call.ask();
    yield await call.end();
    return undefined;
  } catch (error) {
    const over = error === call.interruption || run.signal.aborted || call.hasActed;
    return { error, wait: over ? false : retry(error) };
  }
}

/** Withdraws what came: kept when it is the last word of this call, removed when another is asked for (rule L4). */
async function* withdraw(run: Run, call: ModelCall, { error, wait }: Failure): AsyncGenerator<Output, boolean> {
  yield await call.withdraw(messageOf(error), wait === false);
  // Somebody spoke: the loop goes on with what was said (rule D8).
  if (error === call.interruption && !run.signal.aborted) return false;
  if (wait === false) throw error;
  yield await run.commit(again({ error, wait }));
  await sleep(wait, run.signal);
  return true;
}

function again({ error, wait }: Failure): () => readonly ChatEvent[] {
  const reason = `${messageOf(error)} Asked again in ${(Number(wait) / 1000).toFixed(1)} s.`;
  return () => [{ type: 'warning', reason }];
}

function setupRetry({ setup }: Run, { model }: Plan): NextRetry {
  const retry = setup.retry ?? defaultRetry(model.maxRetries ?? 2);
  let attempts = 0;
  return (error) => (error instanceof ChatError ? retry((attempts += 1), error) : false);
}

/** One message of the model, from its opening to its end. */
class ModelCall {
  readonly message: Message;
  /** Why the model was stopped when somebody spoke. */
  readonly interruption: Error = new Error('something was said meanwhile');
  readonly #run: Run;
  readonly #plan: Plan;
  #source: ModelSource | undefined;
  #interrupted = false;

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
  async open(): Promise<readonly ChatEvent[]> {
    const run = this.#run;
    run.onRecorded = (interrupts) => {
      if (interrupts) this.#source?.cut(this.interruption);
      this.#interrupted ||= interrupts;
      void run.flush();
    };
    const events = await run.commit(() => [{ type: 'message', message: this.message }]);
    run.open = this.message.id;
    return events;
  }

  close(): void {
    this.#run.onRecorded = undefined;
    this.#run.open = undefined;
  }

  ask(): ModelSource {
    const { signal, conversation } = this.#run;
    signal.throwIfAborted();
    const { model, request } = this.#plan;
    const { messages } = conversation;
    // Somebody spoke between the opening and now: what they said stands behind.
    if (this.#interrupted && messages.at(-1)?.id !== this.message.id) throw this.interruption;
    const before = messages.slice(
      0,
      messages.findLastIndex(({ id }) => id === this.message.id),
    );
    const asked = { ...request, messages: this.#plan.see(before) };
    const { aside } = this.#run;
    const place = { conversation, opened: this.message, aside, interruption: this.interruption };
    const source = new ModelSource(model, asked, place);
    signal.addEventListener('abort', this.#stopped);
    return (this.#source = source);
  }

  /** Whether the provider has run tools of its own, so that asking again might run them twice (rule W3). */
  get hasActed(): boolean {
    return this.#parts.some((part) => part.type === 'tool' && part.call.providerExecuted);
  }

  /** Whether nothing has come that a reader could have seen, and nothing was spent for certain. */
  get isUntouched(): boolean {
    return this.#source?.firstAt === undefined && this.#isThere;
  }

  end(): readonly ChatEvent[] | Promise<readonly ChatEvent[]> {
    const { model } = this.#plan;
    if (!this.#source?.finish) {
      const name = `${model.provider}/${model.id}`;
      throw new ChatError('incomplete-response', `The answer of ${name} ended before its end.`, { retryable: true });
    }
    this.#run.signal.removeEventListener('abort', this.#stopped);
    const event = this.#endEvent(this.#source, this.#source.finish);
    this.#tell(event);
    return this.#run.commit(() => (this.#isThere ? [event] : []));
  }

  /** Withdraws what came: kept and marked, or removed (rule L4). */
  async withdraw(reason: string, keep: boolean): Promise<readonly ChatEvent[]> {
    const run = this.#run;
    run.signal.removeEventListener('abort', this.#stopped);
    this.#source?.cut(new Error(reason));
    const usage = this.#source?.usage;
    const message = this.message.id;
    const reset: ChatEvent = { type: 'reset', message, keep, reason, ...(usage && { usage }) };
    const make = (): readonly ChatEvent[] => (this.#isThere ? [reset] : []);
    try {
      if (!run.fenced) return await run.commit(make);
    } catch {
      // The run is broken now, and says so; what came is withdrawn here all the same, lest half an answer counts.
    }
    run.conversation.journal.record(make);
    return this.#isThere || keep ? [reset] : [];
  }

  /** False when it was withdrawn while it was spoken. */
  get #isThere(): boolean {
    return this.#run.conversation.has(this.message.id);
  }

  get #parts(): Message['parts'] {
    const { messages } = this.#run.conversation;
    return messages.findLast(({ id }) => id === this.message.id)?.parts ?? [];
  }

  readonly #stopped = (): void => this.#source?.cut(this.#run.signal.reason);

  #endEvent(source: ModelSource, { reason, raw, model, responseId }: ModelSource['finish'] & object): StepEndEvent {
    const now = this.#run.conversation.now();
    const { id, at } = this.message;
    return {
      type: 'step-end',
      message: id,
      finish: reason,
      ...(raw !== undefined && { rawFinish: raw }),
      ...(source.usage && { usage: source.usage }),
      model: { provider: this.#plan.model.provider, id: model ?? this.#plan.model.id },
      ...(responseId !== undefined && { responseId }),
      timing: { first: (source.firstAt ?? now) - at, total: now - at },
    };
  }

  #tell({ finish, usage, responseId, model }: StepEndEvent): void {
    const response: ResponseInfo = { finish, usage, responseId, model: model.id };
    try {
      this.#plan.model.done?.(response);
    } catch (error) {
      this.#run.report(error);
    }
  }
}
