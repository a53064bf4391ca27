import type { Conversation } from '../conversation/conversation.ts';
import { ChatError } from '../conversation/error.ts';
import type { ChatEvent } from '../conversation/event.ts';
import type { FinishReason, Message } from '../conversation/message.ts';
import { shortList } from '../conversation/short-list.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import type { ModelUsage } from '../conversation/usage.ts';
import type { Model, ModelCall, ModelEvent, ModelRequest } from './model.ts';
import type { GrowingOutput } from './growing-output.ts';
import type { ProviderCalls } from './provider-calls.ts';
import { toolOf } from './run.ts';
import type { Run } from './run.ts';
import { loadedEngine, toolEngine } from './tool-engine.ts';

/** How a model said that it was finished. */
export interface Finish {
  readonly reason: FinishReason;
  readonly raw?: string;
  readonly provider?: string;
  readonly model?: string;
  readonly responseId?: string;
}

/** What one read of a model gave; nothing when it is over. */
export type Read = readonly ChatEvent[] | { readonly error: unknown } | undefined;

type Step = IteratorResult<ModelEvent | readonly ModelEvent[], unknown>;

/** Models of ours tell what they read in no promise but the one that is handed out (`wire/event-reads.ts`). */
interface ModelReads extends AsyncIterator<ModelEvent | readonly ModelEvent[]> {
  nextThen?(took: (step: Step) => unknown, failed: (error: unknown) => unknown): Promise<unknown> | undefined;
}

/** Where a model speaks. */
export interface SourcePlace {
  readonly run: Run;
  readonly opened: Message;
  readonly interruption: Error;
  readonly output: GrowingOutput | undefined;
}

/**
 * One model call as the events of one message. The reader pulls it read by read, so that a delta passes
 * no generator on its way.
 */
export class ModelSource {
  /** What is to be told before anything that it says; it is applied already. */
  opening: readonly ChatEvent[] = [];
  finish: Finish | undefined;
  usage: ModelUsage | undefined;
  /** Set at the first event. */
  firstAt: number | undefined;
  readonly #place: SourcePlace;
  readonly #events: ModelReads;
  readonly #controller = new AbortController();
  #ids: Map<string | number, string> | undefined;
  #parts: Map<string, number> | undefined;
  /** Calls that the provider runs itself, once there was one. */
  provided: ProviderCalls | undefined;
  readonly #request: Omit<ModelRequest, 'signal'>;
  /** Read, and not told yet: the code for it is being loaded. */
  #held: ModelEvent[] | undefined;
  /** Tells the reader who waits. */
  #tell: (read: Read) => unknown = () => {};
  /** Ends a wait that the model itself may not end; told again it does nothing. */
  #settle: ((read: Read) => void) | undefined;
  /** The newest part. */
  #part = -1;
  #lastType: string | undefined;

  /** Asks the model. Throws what the model throws. */
  constructor(model: Model, request: Omit<ModelRequest, 'signal'>, place: SourcePlace) {
    this.#place = place;
    this.#request = request;
    const whole = { ...request, signal: this.#controller.signal };
    const { around, ask } = place.run.setup;
    const events = around ? around.model({ model, request: whole }, () => ask(model, whole)) : ask(model, whole);
    this.#events = events[Symbol.asyncIterator]();
  }

  // Read from where the model speaks: a field more of every stream that waits would outlive the young generation.
  get #conversation(): Conversation {
    return this.#place.run.conversation;
  }

  get #message(): string {
    return this.#place.opened.id;
  }

  /** Whether it was cut: what has come and was not read yet is dropped. */
  get isCut(): boolean {
    return this.#controller.signal.aborted;
  }

  /** One read, as `tell` takes it: its events, what went wrong, or nothing at the end. A cut ends the wait, whatever the model does. */
  next<Told>(tell: (read: Read) => Told | Promise<Told>): Promise<Told> {
    this.#tell = tell;
    this.#settle = undefined;
    const reading = this.#held ? undefined : this.#events.nextThen?.(this.#took, this.#failed);
    // What comes of it is what `tell` gives.
    return (reading as Promise<Told> | undefined) ?? new Promise(this.#pull).then(tell);
  }

  // Made once, since a read comes for nearly every delta.
  readonly #pull = (resolve: (read: Read) => void): void => {
    this.#tell = this.#settle = resolve;
    try {
      this.#controller.signal.throwIfAborted();
      const reading = this.#held ? this.#release(this.#held) : this.#events.next();
      reading.then(this.#took, this.#failed);
    } catch (error) {
      // An iterator written by hand may throw at once, or give no promise.
      this.#failed(error);
    }
  };

  readonly #took = (step: Step): unknown => {
    let read: Read;
    try {
      this.#controller.signal.throwIfAborted();
      read = this.#read(step);
    } catch (error) {
      // An event that makes no sense is the model's failure, like what it rejects with.
      read = { error };
    }
    return this.#tell(read);
  };

  readonly #failed = (error: unknown): unknown => this.#tell({ error });

  async #release(value: readonly ModelEvent[]): Promise<Step> {
    await toolEngine();
    this.#held = undefined;
    return { value, done: false };
  }

  /** Folds an event that is about to be told. Throws the interruption where the answer cannot begin anew in its place. */
  fold(event: ChatEvent): void {
    if (event.type === 'message') return;
    if (event.type === 'reset' && this.#conversation.messages.at(-1)?.id !== this.#message)
      throw this.#place.interruption;
    this.#conversation.apply(event);
    if (event.type === 'warning' || event.type === 'reset' || this.#isOfAnother(event))
      this.#place.run.aside.push(event);
    if (event.type === 'reset') this.#open();
  }

  #isOfAnother(event: ChatEvent): boolean {
    return event.type === 'tool' && event.message === undefined && this.provided?.results.includes(event) === true;
  }

  /** With the reset, before the reader is told of it: whatever is said between the two stands behind. */
  #open(): void {
    const opened: ChatEvent = { type: 'message', message: this.#place.opened };
    this.#conversation.apply(opened);
    this.#place.run.aside.push(opened);
  }

  /** Stops the model: a read that waits fails with the reason. */
  cut(reason: unknown): void {
    if (this.isCut) return;
    this.#controller.abort(reason);
    this.#settle?.({ error: reason });
    // Nobody waits for a model that does not listen.
    void this.#leave();
  }

  async #leave(): Promise<void> {
    try {
      await this.#events.return?.();
    } catch {
      // It was told to stop; how it takes that is its own affair.
    }
  }

  #read({ value, done }: Step): Read {
    if (done) return undefined;
    this.firstAt ??= this.#conversation.now();
    const events = shortList<ChatEvent>();
    if ('type' in value) this.#translate(value, events);
    else for (const event of value) this.#translate(event, events);
    return events;
  }

  #translate(event: ModelEvent, events: ChatEvent[]): void {
    if (this.#held) return void this.#held.push(event);
    const message = this.#message;
    switch (event.type) {
      case 'text':
      case 'reasoning': {
        const { type, delta, origin } = event;
        const part = this.#partOf(type, event.part);
        events.push(origin ? { type, message, part, delta, origin } : { type, message, part, delta });
        if (this.#place.output && type === 'text') this.#tellOutput(this.#place.output.grow(delta), events);
        return;
      }
      case 'tool-input':
        this.#grow(event, events);
        return;
      case 'call':
        if (event.providerExecuted && !this.#knowsProvided()) return void (this.#held = [event]);
        this.#tellOutput(this.#place.output?.end(event.name), events);
        events.push(this.#added(event));
        return;
      case 'result':
        if (!this.#knowsProvided()) return void (this.#held = [event]);
        events.push(...this.provided!.settle(event));
        return;
      case 'part':
        events.push({ type: event.value.type, message, part: this.#nextPart(event.value.type), value: event.value });
        return;
      case 'usage':
        this.usage = event.usage;
        return;
      case 'finish':
        this.finish = event;
        this.#tellOutput(this.#place.output?.end(), events);
        return;
      case 'warning':
        events.push(event);
        return;
      case 'reset':
        this.#reset(event.reason, events);
        return;
    }
  }

  #grow({ key, name, delta }: ModelEvent & { readonly type: 'tool-input' }, events: ChatEvent[]): void {
    // What is sensitive in them is known when they are whole.
    const told = toolOf(this.#place.run, name)?.sensitive ? '' : delta;
    events.push({ type: 'tool-input', message: this.#message, id: this.#idOf(key), name, delta: told });
    this.#tellOutput(this.#place.output?.grow(delta, name), events);
  }

  /** Another provider took over: the message begins anew. */
  #reset(reason: string, events: ChatEvent[]): void {
    const { usage } = this;
    // What ran there may have changed something, and whoever takes over would not know (rule W3).
    if (this.provided?.acted)
      throw new ChatError('incomplete-response', `The answer was cut after a tool had run: ${reason}`);
    events.push(
      { type: 'reset', message: this.#message, keep: false, reason, ...(usage && { usage }) },
      { type: 'message', message: this.#place.opened },
    );
    this.usage = undefined;
    this.#place.output?.end();
    this.#ids = undefined;
    this.provided?.clear();
    this.#parts = undefined;
    this.#part = -1;
    this.#lastType = undefined;
  }

  #tellOutput(output: unknown, events: ChatEvent[]): void {
    if (output !== undefined) events.push({ type: 'output', message: this.#message, output });
  }

  #knowsProvided(): boolean {
    const engine = loadedEngine();
    this.provided ??= engine && new engine.ProviderCalls(this.#conversation, this.#request.providerTools);
    return this.provided !== undefined;
  }

  /** A new part begins when the kind changes, or where the wire numbers its parts. */
  #partOf(type: 'text' | 'reasoning', number: number | undefined): number {
    if (number === undefined) return type === this.#lastType ? this.#part : this.#nextPart(type);
    const key = `${type} ${number}`;
    const parts = (this.#parts ??= new Map());
    let part = parts.get(key);
    if (part === undefined) parts.set(key, (part = this.#nextPart(type)));
    return part;
  }

  #nextPart(type: string): number {
    this.#lastType = type;
    return (this.#part += 1);
  }

  #idOf(key: string | number): string {
    const ids = (this.#ids ??= new Map());
    let id = ids.get(key);
    if (id === undefined) ids.set(key, (id = this.#conversation.newId()));
    return id;
  }

  /** The id that the pieces of the arguments were told under; a key that a model uses again is another call. */
  #callId(key: string | number | undefined): string {
    if (key === undefined) return this.#conversation.newId();
    const id = this.#idOf(key);
    this.#ids?.delete(key);
    return id;
  }

  #added(event: ModelCall): ChatEvent {
    const { key, id, name, arguments: text, incomplete, providerExecuted, origin } = event;
    const proposed = {
      id: this.#callId(key),
      ...(id !== undefined && { providerId: id }),
      name,
      arguments: typeof text === 'string' ? text : JSON.stringify(text),
      revision: 1,
      ...(incomplete && { incomplete }),
      state: 'proposed',
    } as const;
    const call = (providerExecuted && this.provided?.add(proposed, event)) || this.#known(proposed);
    const part = this.#nextPart('tool');
    return { type: 'tool', message: this.#message, part, call, ...(origin && { origin }) };
  }

  /** Tells a tool that another release may lack from a name that the model made up (rule C1). */
  #known(call: ToolCall & { readonly state: 'proposed' }): ToolCall {
    const tool = toolOf(this.#place.run, call.name);
    return tool ? { ...call, known: true, ...(tool.sensitive && { sensitive: tool.sensitive }) } : call;
  }
}
