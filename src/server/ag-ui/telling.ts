import { applyTo } from '../../conversation/apply.ts';
import type { Content } from '../../conversation/changes.ts';
import { Draft } from '../../conversation/draft.ts';
import { isEnd } from '../../conversation/event.ts';
import type { ChatEvent } from '../../conversation/event.ts';
import { textOf } from '../../conversation/message.ts';
import type { Message } from '../../conversation/message.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import type { Ending, Refusal, Teller } from '../following.ts';
import type { Audience } from './audience.ts';
import { custom } from './custom.ts';
import { endOf } from './ending.ts';
import { answeredIn, lastHeld } from './held.ts';
import { Names } from './names.ts';
import type { AgUiEvent } from './protocol.ts';
import type { Said } from './said.ts';
import { snapshotOf } from './snapshot.ts';
import { Spending } from './spending.ts';
import { ToldMessage } from './told-message.ts';

/** Who is told, and what they said that they have. */
export interface Told extends Pick<Said, 'thread' | 'run' | 'parentRun' | 'posted'> {
  readonly audience: Audience;
}

/**
 * A thread as AG-UI tells it: as the difference between what a client has and what there is. Where that cannot be told in
 * pieces (a withdrawn attempt, an edit, what others have said) the client is given all messages.
 */
export class Telling implements Teller<AgUiEvent> {
  readonly #draft: Draft;
  readonly #told: Told;
  readonly #names: Names;
  readonly #messages = new Map<string, ToldMessage>();
  /** What users have said, as far as the client has it. */
  readonly #words = new Set<string>();
  readonly #spending = new Spending();
  /** The client was given all messages, and nothing has changed since. */
  #isGiven = false;

  constructor({ messages, run }: Content, told: Told) {
    this.#draft = new Draft(messages, run);
    this.#told = told;
    this.#names = new Names(told.thread, told.posted);
  }

  begin(): readonly AgUiEvent[] {
    const { thread: threadId, run: runId, parentRun, posted } = this.#told;
    const started: AgUiEvent = {
      type: 'RUN_STARTED',
      threadId,
      runId,
      ...(parentRun !== undefined && { parentRunId: parentRun }),
      protocolVersion: '1.0',
    };
    const { whole, open } = this.#parted();
    const last = lastHeld(posted, snapshotOf(whole, this.#names));
    if (last === undefined && whole.length > 0) return [started, ...this.#anew()];
    const answered = answeredIn(posted);
    const held = whole.slice(0, whole.findIndex(({ id }) => this.#names.word(id) === last) + 1);
    for (const message of held) this.#has(message, answered);
    return [started, ...[...whole, ...open].flatMap((message) => this.#catchUp(message))];
  }

  take(event: ChatEvent): readonly AgUiEvent[] {
    const before = event.type === 'tool' ? this.#draft.findCall(event.call.id) : undefined;
    applyTo(this.#draft, event);
    if (!isEnd(event)) this.#isGiven = false;
    switch (event.type) {
      case 'text':
      case 'reasoning':
        return this.#toldOf(event.message).delta(event.type, event.part, event.delta);
      case 'tool-input':
        return this.#toldOf(event.message).input(event.id, event.name, event.delta);
      case 'tool-progress':
        return [custom('progress', { toolCallId: event.id, toolName: event.name, progress: event.progress })];
      case 'tool':
        return this.#call(this.#draft.findCall(event.call.id)!, before);
      case 'message':
        return this.#catchUp(this.#draft.message(event.message.id));
      case 'step-end':
        this.#spending.add(event.model, event.usage);
        return this.#catchUp(this.#draft.message(event.message));
      case 'file':
      case 'source':
      case 'data':
        return this.#catchUp(this.#draft.message(event.message));
      case 'reset':
      case 'rewind':
        return this.#anew();
      default:
        return [];
    }
  }

  end(ending: Ending): readonly AgUiEvent[] {
    const { thread, run, audience } = this.#told;
    const { messages } = this.#draft;
    const snapshot: readonly AgUiEvent[] = this.#isGiven ? [] : [this.#snapshot(messages)];
    return [
      ...this.#close(),
      ...endOf(ending, { thread, run, audience, messages, snapshot, spent: this.#spending.told }),
    ];
  }

  refuse(reasons: readonly Refusal[]): readonly AgUiEvent[] {
    const message = reasons.map(({ reason }) => reason).join(' ');
    return [...this.#close(), { type: 'RUN_ERROR', message, code: reasons[0]!.code }];
  }

  /** All messages that are whole, then the one that is spoken now from its beginning: it grows by pieces. */
  #anew(): readonly AgUiEvent[] {
    const closing = this.#close();
    const { whole, open } = this.#parted();
    this.#messages.clear();
    for (const message of whole) this.#has(message);
    this.#isGiven = open.length === 0;
    return [...closing, this.#snapshot(whole), ...open.flatMap((message) => this.#catchUp(message))];
  }

  #snapshot(messages: readonly Message[]): AgUiEvent {
    return { type: 'MESSAGES_SNAPSHOT', messages: snapshotOf(messages, this.#names) };
  }

  #parted(): { readonly whole: readonly Message[]; readonly open: readonly Message[] } {
    const { messages } = this.#draft;
    const isOpen = ({ role, finish, interrupted }: Message): boolean =>
      role === 'assistant' && finish === undefined && !interrupted;
    return { whole: messages.filter((one) => !isOpen(one)), open: messages.filter(isOpen) };
  }

  #has(message: Message, answered?: ReadonlySet<string>): void {
    if (message.role === 'assistant') this.#toldOf(message.id).has(message, answered);
    else this.#words.add(message.id);
  }

  #catchUp(message: Message): readonly AgUiEvent[] {
    if (message.role === 'assistant') return this.#toldOf(message.id).lacks(message) ?? this.#anew();
    return message.role === 'user' && !this.#words.has(message.id) ? this.#word(message) : [];
  }

  /** What somebody says meanwhile, elsewhere. */
  #word(message: Message): readonly AgUiEvent[] {
    this.#words.add(message.id);
    const messageId = this.#names.word(message.id);
    const delta = textOf(message);
    return [
      ...this.#close(),
      { type: 'TEXT_MESSAGE_START', messageId, role: 'user' },
      ...(delta === '' ? [] : [{ type: 'TEXT_MESSAGE_CONTENT', messageId, delta } as const]),
      { type: 'TEXT_MESSAGE_END', messageId },
    ];
  }

  /** Other arguments than a client was told cannot be told of a call that it has. */
  #call(call: ToolCall, before: ToolCall | undefined): readonly AgUiEvent[] {
    const isEdited = before?.input !== undefined && JSON.stringify(before.input) !== JSON.stringify(call.input);
    return isEdited ? this.#anew() : this.#toldOf(this.#draft.messageOf(call.id)!.id).call(call);
  }

  #toldOf(id: string): ToldMessage {
    const known = this.#messages.get(id);
    if (known) return known;
    const told = new ToldMessage(id, this.#names);
    this.#messages.set(id, told);
    return told;
  }

  #close(): readonly AgUiEvent[] {
    return [...this.#messages.values()].flatMap((one) => one.end());
  }
}
