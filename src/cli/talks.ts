import type { ToolSet } from '../chat/tool.ts';
import { visible } from '../wire/plain-text.ts';
import { farewell, greeting, lastWords } from './greeting.ts';
import { PipedInput } from './input.ts';
import type { Input } from './input.ts';
import type { Keeping } from './keep.ts';
import type { ModelChoice } from './model-choice.ts';
import type { Options } from './options.ts';
import { thingsToTry } from './playground.ts';
import type { Screen } from './screen.ts';
import { watchSignals } from './signals.ts';
import { Talk } from './talk.ts';
import { History, historyFile } from './typing/history.ts';
import { TerminalInput } from './typing/terminal-input.ts';

/** What the program was started with. */
export interface Beginning {
  readonly options: Options;
  /** Opens the talk that these options name. */
  readonly open: (options: Options) => Promise<Keeping>;
  readonly choice: ModelChoice;
  readonly screen: Screen;
  readonly tools: () => ToolSet;
  readonly hasRules: boolean;
}

/** One talk after the other, as a person goes from thread to thread. Gives the exit code of the last. */
export async function talks(beginning: Beginning): Promise<number> {
  const desk = new Desk(beginning);
  let { options } = beginning;
  try {
    for (;;) {
      const keeping = await beginning.open(options);
      const ended = await desk.talk(keeping).finally(() => keeping.close());
      if (!ended.next) return ended.exitCode;
      const { thread: _, ...others } = beginning.options;
      const { thread } = ended.next;
      options = thread === undefined ? { ...others, isNew: true } : { ...others, isNew: false, thread };
    }
  } finally {
    desk.close();
  }
}

interface Ended {
  readonly exitCode: number;
  readonly next: Talk['next'];
}

/** Where a person sits for all these talks: what is typed, and what signals do. */
class Desk {
  readonly #beginning: Beginning;
  #input: Input | undefined;
  #signals: ReturnType<typeof watchSignals> | undefined;
  #talk: Talk | undefined;
  #isClosed = false;

  constructor(beginning: Beginning) {
    this.#beginning = beginning;
  }

  async talk(keeping: Keeping): Promise<Ended> {
    const { screen, choice, tools, hasRules } = this.#beginning;
    const { chat, session, granter, threads } = keeping;
    this.#greet(keeping);
    const input = (this.#input ??= this.#newInput());
    const things = thingsToTry(process.cwd()).map(({ typed }) => typed);
    const talk = new Talk({
      chat,
      session,
      screen,
      input,
      granter,
      tools,
      choice,
      hasRules,
      things,
      ...(threads && { threads }),
    });
    this.#talk = talk;
    const signals = (this.#signals ??= this.#watch(input));
    const broke = await talk.run();
    if (!talk.next) this.close();
    const { unsettled } = session.conversation;
    const isWaiting = unsettled.length > 0;
    const last = [...(isWaiting ? farewell(unsettled, screen.width) : []), keeping.comeBack(isWaiting)];
    for (const line of last) if (line !== undefined) screen.line(line);
    const exitCode = signals.exitCode ?? (broke && !screen.interactive ? 1 : isWaiting ? 3 : 0);
    return { exitCode, next: signals.exitCode === undefined ? talk.next : undefined };
  }

  close(): void {
    this.#signals?.stop();
    if (!this.#isClosed) this.#input?.close();
    this.#isClosed = true;
  }

  #greet(keeping: Keeping): void {
    const { screen, choice } = this.#beginning;
    const { because, where } = choice.chosen;
    const { interactive } = screen;
    const kept = keeping.where;
    const circumstances = { folder: process.cwd(), model: choice.name, because, where, kept, interactive };
    const { conversation } = keeping.session;
    const lines = [...greeting(circumstances), ...lastWords(conversation, screen.width), ...keeping.notes];
    for (const line of lines) screen.note(line);
  }

  #watch(input: Input): ReturnType<typeof watchSignals> {
    return watchSignals({ stop: () => this.#talk?.stop() ?? false, leave: () => this.#talk?.leave() }, input);
  }

  #newInput(): Input {
    const { screen, options } = this.#beginning;
    if (!screen.interactive) return new PipedInput();
    return new TerminalInput(
      (line) => screen.note(`"${visible(line)}" was typed before the question was shown: it does not count.`),
      new History(options.history ? historyFile() : undefined),
    );
  }
}
