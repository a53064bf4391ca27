import type { Chat } from '../chat/types.ts';
import type { Conversation } from '../conversation/conversation.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import { callLine } from './call-text.ts';
import { count } from '../wire/plain-text.ts';
import { choicesText } from './choices.ts';
import { questionText } from './question.ts';
import type { Asked } from './question.ts';
import type { Screen } from './screen.ts';

/** Which of the calls that wait is being asked about: always the one that was shown last. */
export class Questions {
  /** Part of what is asked has not been shown yet. */
  folded = false;
  readonly #chat: Pick<Chat, 'waiting'>;
  readonly #conversation: Conversation;
  readonly #screen: Screen;
  readonly #onShown: (call: ToolCall) => void;
  readonly #mayGrant: (call: ToolCall) => boolean;
  /** The calls that were asked about together, in their order. */
  #round: readonly string[] = [];
  readonly #later = new Set<string>();
  /** As it was shown: a decision about anything else is stale. */
  #current: ToolCall | undefined;

  constructor(from: {
    readonly chat: Pick<Chat, 'waiting'>;
    readonly conversation: Conversation;
    readonly screen: Screen;
    readonly onShown: (call: ToolCall) => void;
    readonly mayGrant: (call: ToolCall) => boolean;
  }) {
    this.#chat = from.chat;
    this.#conversation = from.conversation;
    this.#screen = from.screen;
    this.#onShown = from.onShown;
    this.#mayGrant = from.mayGrant;
  }

  /** The call that was shown last. */
  get current(): ToolCall | undefined {
    return this.#current;
  }

  /** The call that the next line may answer. Any line answers a question, so one that was put off is left alone. */
  get asking(): ToolCall | undefined {
    const call = this.#current;
    return call?.state === 'awaiting-input' && this.#later.has(call.id) ? undefined : call;
  }

  /** Every call that somebody must say something about, oldest first. */
  get open(): readonly ToolCall[] {
    const { approvals, questions, external, inDoubt } = this.#chat.waiting(this.#conversation);
    const ids = new Set([...approvals, ...questions, ...external, ...inDoubt].map(({ id }) => id));
    return this.#conversation.unsettled.filter(({ id }) => ids.has(id));
  }

  /** These, and behind them those that wait for a time: a person may decide about them earlier. */
  get #all(): readonly ToolCall[] {
    const { open } = this;
    const timed = this.#conversation.unsettled.filter(({ state }) => state === 'deferred' || state === 'snoozed');
    return [...open, ...timed];
  }

  choices(): string {
    const call = this.#current;
    if (!call) return '';
    // Nobody in a pipe is asked what else they would let run.
    const mayGrant = this.#screen.interactive && this.#mayGrant(call);
    return choicesText(call, { now: this.#conversation.now(), folded: this.folded, mayGrant });
  }

  /**
   * After a run, or when something changed: asks about the next call, or reminds of the one that is asked about, `isSaid`
   * when there was a word that it keeps waiting.
   */
  refresh(isSaid: boolean): void {
    const { open } = this;
    const known = new Set(this.#round);
    if (open.some(({ id }) => !known.has(id))) this.#round = open.map(({ id }) => id);
    const same = this.#all.find(({ id }) => id === this.#current?.id);
    if (same && same.revision === this.#current?.revision) return this.#remind(same, isSaid);
    const call = open.find(({ id }) => !this.#later.has(id)) ?? open[0];
    if (call) this.#show(call, false);
    else this.#current = undefined;
  }

  /** After an answer that did not count: what was shown may have changed meanwhile. */
  askAgain(): void {
    const call = this.open.find(({ id }) => id === this.#current?.id);
    if (call?.revision !== this.#current?.revision) this.refresh(false);
    else if (call && !this.#screen.interactive) this.#screen.line(this.choices());
  }

  /** Leaves the current call waiting, and asks about the next one that was not put off. */
  putOff(): void {
    if (this.#current) this.#later.add(this.#current.id);
    const call = this.open.find(({ id }) => !this.#later.has(id));
    if (call) return this.#show(call, false);
    this.#screen.note(
      `${count(this.open.length, 'call')} left waiting. ` +
        'What you say meanwhile is kept and answered once that is decided; ' +
        (this.#screen.interactive ? 'Enter shows it again.' : 'the last one shown can still be answered.'),
    );
  }

  /** Shows the next call that waits, or the only one again. False when there is none. */
  showNext(): boolean {
    const all = this.#all;
    const index = all.findIndex(({ id }) => id === this.#current?.id);
    const call = all[(index + 1) % all.length];
    if (!call) return false;
    this.#later.delete(call.id);
    this.#show(call, false);
    return true;
  }

  /** Shows the current call with nothing folded. */
  showAll(): void {
    if (this.#current) this.#show(this.#current, true);
  }

  #show(call: ToolCall, all: boolean): void {
    this.#current = call;
    // Nobody can unfold anything in a pipe.
    const asked = this.#asked(call, all || !this.#screen.interactive);
    const { lines, folded } = questionText(asked);
    this.folded = folded;
    if (this.#screen.interactive) this.#screen.line();
    for (const line of lines) this.#screen.line(line);
    if (!this.#screen.interactive) this.#screen.line(this.choices());
    this.#onShown(call);
  }

  #remind(call: ToolCall, isSaid: boolean): void {
    const what = isSaid ? 'Kept; it is answered once this is decided' : 'Still to be decided';
    this.#screen.note(`${what}: ${callLine(call, this.#screen.width)}`);
    if (!this.#screen.interactive) this.#screen.line(this.choices());
  }

  #asked(call: ToolCall, all: boolean): Asked {
    const { style, width } = this.#screen;
    const position = this.#round.indexOf(call.id) + 1;
    const place = this.#round.length > 1 && position > 0 ? `${position} of ${this.#round.length}` : '';
    return { call, place, all, width, style, now: this.#conversation.now() };
  }
}
