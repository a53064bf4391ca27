import { applyTo } from '../../conversation/apply.ts';
import { Draft } from '../../conversation/draft.ts';
import type { ChatEvent } from '../../conversation/event.ts';
import type { Content } from '../../conversation/changes.ts';
import type { Message } from '../../conversation/message.ts';
import type { Ending, Refusal, Teller } from '../following.ts';
import { viewOf } from './call-view.ts';
import type { Chunk, Finish } from './chunk.ts';
import { textsIn } from './shown.ts';
import type { ShownAnswer } from './shown.ts';
import { Step } from './step.ts';

/**
 * One answer as the AI SDK tells it: all messages of the model since a word of the user are steps of one message, whose id
 * is that of the first. It is told as the difference between what a client has and what there is, so nothing comes twice.
 */
export class Answer implements Teller<Chunk> {
  readonly #draft: Draft;
  /** Messages that are no part of this answer. */
  readonly #before: ReadonlySet<string>;
  readonly #steps = new Map<string, Step>();
  readonly #shown: ShownAnswer | undefined;
  #isStarted = false;
  /** A step was begun, and what was in it is withdrawn. */
  #hasEmptyStep = false;

  /** `shown` is what the client says it has: believed for what it is sent, and for nothing else. */
  constructor({ messages, run }: Content, shown?: ShownAnswer) {
    const known = shown ? messages.findIndex(({ id, role }) => id === shown.id && role === 'assistant') : -1;
    const from = known === -1 ? messages.findLastIndex(({ role }) => role === 'user') + 1 : known;
    this.#draft = new Draft(messages, run);
    this.#before = new Set(messages.slice(0, from).map(({ id }) => id));
    this.#shown = shown;
  }

  begin(): readonly Chunk[] {
    const messages = this.#draft.messages.filter((message) => this.#isPart(message));
    const { steps = [] } = this.#shown ?? {};
    const known = steps.slice(0, messages.length);
    const chunks: Chunk[] = this.#shown ? [...this.#start(this.#shown.id)] : [];
    known.forEach(({ texts, calls }, index) => {
      const message = messages[index]!;
      const step = new Step(message.id, calls);
      this.#steps.set(message.id, step);
      // What was cut off on its way can be told anew where it is the last step.
      const isCut = index === known.length - 1 && textsIn(message).join('\n') !== texts.join('\n');
      if (!isCut) step.has(message);
      chunks.push(...(isCut ? this.#anew(message) : this.#catchUp(message)));
    });
    return [...chunks, ...messages.slice(known.length).flatMap((message) => this.#catchUp(message))];
  }

  take(event: ChatEvent): readonly Chunk[] {
    const before = event.type === 'reset' ? this.#steps.get(event.message) : undefined;
    applyTo(this.#draft, event);
    switch (event.type) {
      case 'text':
      case 'reasoning':
        return this.#stepOf(event.message, (step) => step.delta(event.type, event.part, event.delta));
      case 'tool-input':
        return this.#stepOf(event.message, (step) => step.input(event.id, event.name, event.delta));
      case 'tool-progress':
        return this.#callStep(event.id, (step) => step.progress(event.id, event.progress));
      case 'tool':
        return this.#callStep(event.call.id, (step) => step.call(this.#draft.findCall(event.call.id)!));
      case 'message':
      case 'file':
      case 'source':
      case 'data':
      case 'step-end': {
        const id = typeof event.message === 'string' ? event.message : event.message.id;
        return this.#isPart(this.#draft.message(id)) ? this.#catchUp(this.#draft.message(id)) : [];
      }
      case 'reset':
        return before ? this.#reset(event.message, before) : [];
      default:
        return [];
    }
  }

  end(end: Ending): readonly Chunk[] {
    const open = [...this.#steps.values()].flatMap((step) => step.close());
    const chunks: Chunk[] = [...open, ...this.#start(undefined)];
    if (this.#steps.size > 0) chunks.push({ type: 'finish-step' });
    if (end.type === 'error' && end.code !== 'aborted') {
      return [...chunks, { type: 'error', errorText: `The run failed: ${end.code}.` }];
    }
    if (end.type === 'error') {
      return [...chunks, { type: 'abort', reason: 'It was stopped.' }, { type: 'finish', finishReason: 'interrupted' }];
    }
    return [...chunks, { type: 'finish', finishReason: this.#looksReady ? 'interrupted' : finishOf(end) }];
  }

  refuse(reasons: readonly Refusal[]): readonly Chunk[] {
    return [{ type: 'error', errorText: reasons.map(({ reason }) => reason).join(' ') }];
  }

  /**
   * Whether all calls of the last step look settled or decided to the client, which then would ask again by itself, and again
   * be told the same: nothing more comes of them now, such as when one was approved for tomorrow.
   */
  get #looksReady(): boolean {
    const last = this.#draft.messages.findLast((message) => this.#isPart(message));
    const calls = last?.parts.flatMap((part) => (part.type === 'tool' ? [viewOf(part.call).standing] : [])) ?? [];
    return calls.length > 0 && calls.every((one) => one !== 'input-available' && one !== 'approval-requested');
  }

  #isPart({ id, role }: Message): boolean {
    return role === 'assistant' && !this.#before.has(id);
  }

  #start(id: string | undefined): readonly Chunk[] {
    if (this.#isStarted) return [];
    this.#isStarted = true;
    return [{ type: 'start', ...(id !== undefined && { messageId: id }) }];
  }

  /** What the client lacks of a message, which it may not know yet. */
  #catchUp(message: Message): readonly Chunk[] {
    const step = this.#steps.get(message.id);
    if (step) return step.lacks(message) ?? this.#anew(message);
    const chunks = [...this.#start(message.id), ...this.#startStep()];
    const opened = new Step(message.id);
    this.#steps.set(message.id, opened);
    return [...chunks, ...(opened.lacks(message) ?? [])];
  }

  #startStep(): readonly Chunk[] {
    const before = [...this.#steps.values()].flatMap((step) => step.close());
    if (this.#hasEmptyStep) {
      this.#hasEmptyStep = false;
      return before;
    }
    return [...before, ...(this.#steps.size > 0 ? [finishStep] : []), { type: 'start-step' }];
  }

  /** Tells the last step once more from its beginning. */
  #anew(message: Message): readonly Chunk[] {
    const step = new Step(message.id);
    this.#steps.set(message.id, step);
    return [{ type: 'reset-step' }, ...(step.lacks(message) ?? [])];
  }

  #reset(id: string, step: Step): readonly Chunk[] {
    if (this.#draft.has(id)) {
      const calls = this.#draft.message(id).parts.flatMap((part) => (part.type === 'tool' ? [part.call] : []));
      return [...step.close(), ...calls.flatMap((call) => step.call(call))];
    }
    this.#steps.delete(id);
    this.#hasEmptyStep = true;
    return [{ type: 'reset-step' }];
  }

  #stepOf(message: string, tell: (step: Step) => readonly Chunk[]): readonly Chunk[] {
    const step = this.#steps.get(message);
    return step ? tell(step) : [];
  }

  #callStep(call: string, tell: (step: Step) => readonly Chunk[]): readonly Chunk[] {
    const message = this.#draft.messageOf(call);
    return message ? this.#stepOf(message.id, tell) : [];
  }
}

const finishStep: Chunk = { type: 'finish-step' };

function finishOf(end: Exclude<Ending, { readonly type: 'error' }>): Finish {
  if (end.type === 'paused') return 'tool-calls';
  switch (end.finish) {
    case 'stop':
    case 'length':
    case 'tool-calls':
    case 'content-filter':
      return end.finish;
    case 'refusal':
      return 'content-filter';
    case 'pause-turn':
    case 'step-limit':
    case 'other':
      return 'other';
  }
}
