import type { ToolSet } from '../chat/tool.ts';
import type { Chat, DecisionAnswer } from '../chat/types.ts';
import type { Decision } from '../conversation/decision.ts';
import { isEnd } from '../conversation/event.ts';
import type { ChatEvent, EndEvent } from '../conversation/event.ts';
import { next } from '../conversation/next.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import { Activity } from './activity.ts';
import { answerIn, needsAll } from './answer.ts';
import type { Answer } from './answer.ts';
import type { Attachment } from './attachments.ts';
import { completeCommand, isCommand, runCommand } from './commands/commands.ts';
import type { Surroundings, Wish } from './commands/command.ts';
import { decisionOf } from './decision-of.ts';
import { checkBy } from './editing/arguments.ts';
import type { Check } from './editing/arguments.ts';
import type { Granter } from './grants/granter.ts';
import { keepWish, wishFor } from './grants/wish.ts';
import type { Desk } from './grants/wish.ts';
import type { Complete, Input } from './input.ts';
import type { ModelChoice } from './model-choice.ts';
import { visible } from '../wire/plain-text.ts';
import { Questions } from './questions.ts';
import { refusalText } from './refusal.ts';
import { messageOf } from './sentence.ts';
import type { Screen } from './screen.ts';
import type { Session } from './session.ts';
import { Show } from './show.ts';
import { Spinner } from './spinner.ts';

/** What a talk is made of. */
export interface TalkOptions {
  /** Says what waits for whom. */
  readonly chat: Pick<Chat, 'waiting'>;
  readonly session: Session;
  readonly screen: Screen;
  readonly input: Input;
  /** Its tools as they are now. */
  readonly tools: () => ToolSet;
  readonly choice: ModelChoice;
  /** Whether a file of rules speaks before the tools. */
  readonly hasRules: boolean;
  /** The threads beside this one. */
  readonly threads?: Surroundings['threads'];
  /** Lets people grant what they are shown; absent: nothing is granted. */
  readonly granter?: Granter | undefined;
  /** What is said by its number, counted from 1. */
  readonly things: readonly (string | undefined)[];
}

/** The talk at a terminal, or through a pipe: a line decides about the call that waits, or is a word for the model. */
export class Talk {
  readonly #session: Session;
  readonly #screen: Screen;
  readonly #input: Input;
  readonly #things: TalkOptions['things'];
  readonly #check: Check;
  readonly #around: Surroundings;
  readonly #desk: Desk;
  readonly #show: Show;
  readonly #questions: Questions;
  readonly #spinner: Spinner;
  #lastEnd: EndEvent['type'] | undefined;
  #leaving = false;
  #attached: readonly Attachment[] = [];
  #next: { readonly thread: string | undefined } | undefined;

  constructor({ chat, session, screen, input, things, granter, ...more }: TalkOptions) {
    const { conversation } = session;
    this.#session = session;
    this.#screen = screen;
    this.#input = input;
    this.#things = things;
    this.#check = checkBy(more.tools);
    this.#around = { screen, session, ...more };
    this.#desk = { screen, input, granter };
    this.#show = new Show(screen, conversation);
    this.#spinner = new Spinner(screen);
    const onShown = ({ id }: ToolCall): void => this.#show.markShown(id);
    const mayGrant = (call: ToolCall): boolean => granter?.offer(call).type === 'suggested';
    this.#questions = new Questions({ chat, conversation, screen, onShown, mayGrant });
  }

  /** The thread that a person wants to go on with instead; one without a name is a new one. */
  get next(): { readonly thread: string | undefined } | undefined {
    return this.#next;
  }

  /** Talks until there are no more lines. True when the last run broke. */
  async run(): Promise<boolean> {
    if (this.#session.isUnfinished) await this.#advance();
    else this.#questions.refresh(false);
    for (;;) {
      const line = this.#leaving || this.#next ? undefined : await this.#nextLine();
      if (line === undefined) return this.#lastEnd === 'error';
      await this.#take(line);
    }
  }

  /** Stops the answer that runs. False when there is none, or it is being stopped already. */
  stop(): boolean {
    return this.#session.stop();
  }

  /** Ends the talk as soon as what runs has been stopped. */
  leave(): void {
    this.#leaving = true;
    this.#session.leave();
    this.#input.close();
  }

  /** The next line; meanwhile what is due goes on, and what others do is shown. */
  async #nextLine(): Promise<string | undefined> {
    if (this.#screen.interactive && !this.#questions.asking) this.#screen.line();
    for (;;) {
      const alarm = this.#session.alarm();
      const line = await this.#ask(alarm.signal);
      alarm.stop();
      if (line !== undefined || !alarm.signal?.aborted || this.#leaving) return line;
      await this.#advance();
    }
  }

  #ask(until: AbortSignal | undefined): Promise<string | undefined> {
    const call = this.#questions.asking;
    const { bold } = this.#screen.style;
    const options = until && { until };
    if (!call) {
      const files = this.#attached.map(({ name }) => `[${visible(name)}] `).join('');
      const complete = (line: string): ReturnType<Complete> => completeCommand(this.#around, line);
      return this.#input.line(`${files}${bold('> ')}`, { ...options, remember: true, complete });
    }
    const decides = (line: string): boolean => answerIn(line, call, true) !== undefined;
    return this.#input.line(() => `${this.#questions.choices()} ${bold('> ')}`, { ...options, counts: decides });
  }

  async #take(line: string): Promise<void> {
    const call = this.#questions.asking;
    if (this.#screen.interactive && call?.state !== 'awaiting-input') {
      if (farewells.has(line.trim())) return this.leave();
      if (isCommand(line)) return this.#follow(await runCommand(this.#around, line));
    }
    const answer = call && answerIn(line, call, this.#screen.interactive);
    if (call && answer) return this.#answered(call, answer, line);
    if (line.trim() === '') return this.#goOn();
    try {
      await this.#session.say(
        this.#numbered(line) ?? line,
        this.#attached.map(({ part }) => part),
      );
      this.#attached = [];
    } catch (error) {
      return this.#failed(error);
    }
    await this.#advance();
  }

  /** Does what a command wants of the talk. */
  #follow(wish: Wish | void): void {
    switch (wish?.type) {
      case 'attach':
        this.#attached = [...this.#attached, wish.attachment];
        return;
      case 'go':
        this.#next = { thread: wish.thread };
        return;
      case 'leave':
        return this.leave();
      case undefined:
        return;
    }
  }

  /** The thing to try of this number, told as if it had been typed. */
  #numbered(line: string): string | undefined {
    const thing = /^\d+$/.test(line.trim()) ? this.#things[Number(line) - 1] : undefined;
    if (thing !== undefined) this.#screen.note(`(${thing})`);
    return thing;
  }

  /** An empty line: shows what waits once more, or lets go on what was cut. */
  async #goOn(): Promise<void> {
    if (!this.#screen.interactive) return;
    if (this.#questions.showNext()) return;
    if (next(this.#session.conversation) !== 'nothing') await this.#advance('retry');
  }

  async #answered(call: ToolCall, answer: Answer, line: string): Promise<void> {
    if (answer === 'later') return this.#questions.putOff();
    if (answer === 'view') return this.#questions.showAll();
    if (needsAll.has(answer) && this.#questions.folded) {
      this.#screen.note('Part of it was folded; this is all of it. Then say it again:');
      return this.#questions.showAll();
    }
    const wish = answer === 'grant' ? await wishFor(this.#desk, call, this.#session.conversation.id) : undefined;
    const about = { line, call, input: this.#input, screen: this.#screen, check: this.#check };
    const decision = answer === 'grant' ? wish && approval : await decisionOf({ answer, ...about });
    if (!decision) return this.#questions.askAgain();
    try {
      const became = await this.#session.decide(call, decision);
      if (!this.#wasApplied(became)) return this.#questions.askAgain();
      if (wish && became.type === 'applied') await keepWish(this.#desk, call, wish);
    } catch (error) {
      return this.#failed(error);
    }
    await this.#advance();
  }

  #wasApplied(answer: DecisionAnswer): boolean {
    if (answer.type === 'applied') return true;
    this.#screen.error(refusalText(answer, this.#session.conversation.now()));
    return answer.type === 'already' || answer.type === 'expired';
  }

  /** Shows what happens up to the next end. */
  async #advance(how?: 'retry'): Promise<void> {
    if (this.#leaving) return;
    this.#lastEnd = undefined;
    let isSaid = false;
    const activity = new Activity(Date.now());
    this.#spinner.start(activity);
    try {
      for await (const event of this.#session.advance(how)) {
        activity.event(event, Date.now());
        this.#tell(event);
        isSaid ||= event.type === 'message' && event.message.role === 'user';
      }
    } catch (error) {
      // The last event has told it; what comes without one is told here.
      if (this.#lastEnd !== 'error') this.#failed(error);
    } finally {
      this.#spinner.stop();
    }
    this.#questions.refresh(isSaid);
  }

  #tell(event: ChatEvent): void {
    const told = this.#session.elsewhere(event);
    if (told !== undefined && !this.#screen.json) this.#screen.note(told);
    this.#show.event(event);
    if (isEnd(event)) this.#lastEnd = event.type;
  }

  #failed(error: unknown): void {
    this.#lastEnd = 'error';
    this.#screen.error(`Error: ${visible(messageOf(error))}.`);
  }
}

const approval: Decision = { type: 'approve' };

/** What people type who want to leave; in a pipe these are words as any others. */
const farewells: ReadonlySet<string> = new Set(['exit', 'quit', '/exit', '/quit', ':q']);
