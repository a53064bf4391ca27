import { userInfo } from 'node:os';
import type { Commit } from '../chat/seam.ts';
import { textOfIssues } from '../chat/schema.ts';
import type { Chat, DecisionAnswer } from '../chat/types.ts';
import type { Conversation } from '../conversation/conversation.ts';
import type { Decision } from '../conversation/decision.ts';
import { isEnd } from '../conversation/event.ts';
import type { EndEvent } from '../conversation/event.ts';
import { next } from '../conversation/next.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import { answerIn, decisionFor } from './answer.ts';
import type { Answer } from './answer.ts';
import type { Input } from './input.ts';
import { visible } from './plain-text.ts';
import { Questions } from './questions.ts';
import { secondsLeft } from './question.ts';
import { messageOf } from './sentence.ts';
import type { Screen } from './screen.ts';
import { Show } from './show.ts';

/** What a talk is made of. */
export interface TalkOptions {
  readonly chat: Chat;
  readonly conversation: Conversation;
  readonly commit: Commit;
  readonly screen: Screen;
  readonly input: Input;
}

/** The talk at a terminal, or through a pipe: a line decides about the call that waits, or is a word for the model. */
export class Talk {
  readonly #chat: Chat;
  readonly #conversation: Conversation;
  readonly #commit: Commit;
  readonly #screen: Screen;
  readonly #input: Input;
  readonly #show: Show;
  readonly #questions: Questions;
  #running: AbortController | undefined;
  #lastEnd: EndEvent['type'] | undefined;
  #leaving = false;

  constructor({ chat, conversation, commit, screen, input }: TalkOptions) {
    this.#chat = chat;
    this.#conversation = conversation;
    this.#commit = commit;
    this.#screen = screen;
    this.#input = input;
    this.#show = new Show(screen, conversation);
    const onShown = ({ id }: ToolCall): void => this.#show.markShown(id);
    this.#questions = new Questions({ chat, conversation, screen, onShown });
  }

  /** Talks until there are no more lines. True when the last run broke. */
  async run(): Promise<boolean> {
    if (this.#wasCut()) await this.#advance();
    for (;;) {
      const line = this.#leaving ? undefined : await this.#nextLine();
      if (line === undefined) return this.#lastEnd === 'error';
      await this.#take(line);
    }
  }

  /** Stops the answer that runs. False when there is none, or it is being stopped already. */
  stop(): boolean {
    if (!this.#running || this.#running.signal.aborted) return false;
    this.#running.abort(new DOMException('You stopped it.', 'AbortError'));
    return true;
  }

  /** Ends the talk as soon as what runs has been stopped. */
  leave(): void {
    this.#leaving = true;
    this.stop();
    this.#input.close();
  }

  /** Something was left to do when this conversation was saved. What a person stopped stays stopped. */
  #wasCut(): boolean {
    const move = next(this.#conversation);
    return move === 'tools' || (move === 'model' && this.#conversation.messages.at(-1)?.interrupted !== true);
  }

  #nextLine(): Promise<string | undefined> {
    const call = this.#questions.current;
    const { style } = this.#screen;
    if (!call) {
      if (this.#screen.interactive) this.#screen.line();
      return this.#input.line(style.bold('> '));
    }
    const decides = (line: string): boolean => answerIn(line, call, true) !== undefined;
    return this.#input.line(`${this.#questions.choices()} ${style.bold('> ')}`, { counts: decides });
  }

  async #take(line: string): Promise<void> {
    const call = this.#questions.current;
    const answer = call && answerIn(line, call, this.#screen.interactive);
    if (call && answer) return this.#answered(call, answer);
    if (line.trim() === '') return this.#goOn();
    this.#conversation.say(line);
    await this.#advance();
  }

  /** An empty line: shows what waits once more, or lets go on what was cut. */
  async #goOn(): Promise<void> {
    if (!this.#screen.interactive) return;
    if (this.#questions.current) this.#questions.showNext();
    else if (next(this.#conversation) !== 'nothing') await this.#advance('step-limit');
  }

  async #answered(call: ToolCall, answer: Answer): Promise<void> {
    if (answer === 'later') return this.#questions.putOff();
    if (answer === 'view') return this.#questions.showAll();
    if (answer === 'approve' && this.#questions.folded) {
      this.#screen.note('Part of it was folded; this is all of it. Then say yes again:');
      return this.#questions.showAll();
    }
    const decision = await decisionFor(answer, call, { input: this.#input, screen: this.#screen });
    if (!decision) return this.#questions.askAgain();
    try {
      if (!this.#wasApplied(await this.#decide(call, decision))) return this.#questions.askAgain();
    } catch (error) {
      return this.#failed(error);
    }
    await this.#advance();
  }

  #decide(call: ToolCall, decision: Decision): Promise<DecisionAnswer> {
    const by = userName();
    const options = { commit: this.#commit, ...(by !== undefined && { by }) };
    return this.#chat.decide(this.#conversation, call, decision, options);
  }

  #wasApplied(answer: DecisionAnswer): boolean {
    const screen = this.#screen;
    switch (answer.type) {
      case 'applied':
        return true;
      case 'already':
        screen.error(`That was decided before${answer.earlier.by ? ` by ${visible(answer.earlier.by)}` : ''}.`);
        return true;
      case 'stale':
        screen.error('It is not what you were shown any more.');
        return false;
      case 'expired':
        screen.error('The time to decide about it is over.');
        return false;
      case 'forbidden':
        screen.error(`That is not allowed: ${visible(answer.reason)}.`);
        return false;
      case 'invalid':
        screen.error(`These arguments do not fit: ${visible(textOfIssues(answer.issues))}.`);
        return false;
      case 'too-early': {
        const seconds = secondsLeft(answer.call, this.#conversation.now());
        screen.error(
          `Too early: what ran it may still act. It may be run again in ${seconds} s; until then only "happened".`,
        );
        return false;
      }
    }
  }

  /** Runs the conversation to its next end, and shows it. */
  async #advance(beyond: 'step-limit' | undefined = undefined): Promise<void> {
    if (this.#leaving) return;
    this.#running = new AbortController();
    const { signal } = this.#running;
    this.#lastEnd = undefined;
    try {
      const options = { signal, commit: this.#commit, continue: beyond === 'step-limit' };
      for await (const event of this.#chat.stream(this.#conversation, options)) {
        this.#show.event(event);
        if (isEnd(event)) this.#lastEnd = event.type;
      }
    } catch (error) {
      // The last event has told it; what comes without one is told here.
      if (this.#lastEnd !== 'error') this.#failed(error);
    } finally {
      this.#running = undefined;
    }
    this.#questions.refresh();
  }

  #failed(error: unknown): void {
    this.#lastEnd = 'error';
    this.#screen.error(`Error: ${visible(messageOf(error))}.`);
  }
}

function userName(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined;
  }
}
