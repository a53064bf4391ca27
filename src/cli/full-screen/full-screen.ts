import { emitKeypressEvents } from 'node:readline';
import { Keyboard } from '../typing/keyboard.ts';
import { keyOf } from './key.ts';
import type { Key, Keypress } from './key.ts';

/** What is drawn: rows, each of them no wider than the screen, and where the cursor shows, if it does. */
export interface Frame {
  readonly rows: readonly string[];
  readonly cursor?: { readonly row: number; readonly column: number } | undefined;
}

/** Who is told of what happens to the screen. */
export interface ScreenUser {
  key(key: Key): void;
  paste(text: string): void;
  /** It has another size, or was somebody else's meanwhile. */
  resize(): void;
  /** The program is asked to end. */
  signal(name: NodeJS.Signals): void;
}

const enter = '\u001B[?1049h\u001B[?25l\u001B[?7l';
const leave = '\u001B[?7h\u001B[?25h\u001B[?1049l';
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A terminal as one page that is drawn. What stood there comes back, however the program ends. */
export class FullScreen {
  readonly #out = process.stdout;
  readonly #keyboard: Keyboard;
  readonly #user: ScreenUser;
  #rows: readonly string[] = [];
  #isOpen = false;

  constructor(user: ScreenUser) {
    this.#user = user;
    this.#keyboard = new Keyboard({
      terminal: process.stdin,
      marks: process.stdout,
      onPaste: (text) => user.paste(text),
    });
    emitKeypressEvents(this.#keyboard);
    this.#keyboard.on('keypress', (text: string | undefined, press: Keypress) => this.#press(keyOf(text, press)));
    this.#keyboard.on('end', () => user.signal('SIGHUP'));
    for (const name of signals) process.on(name, this.#signal);
    process.on('SIGCONT', this.#continue);
    // What is told of a crash is told after this.
    process.on('uncaughtExceptionMonitor', this.#restore).on('exit', this.#restore);
    this.#out.on('resize', this.#resize);
    this.#enter();
  }

  get width(): number {
    return Math.max(20, this.#out.columns || 80);
  }

  get height(): number {
    return Math.max(4, this.#out.rows || 24);
  }

  /** Draws what differs from what stands there. */
  draw({ rows, cursor }: Frame): void {
    if (!this.#isOpen) return;
    let text = '\u001B[?25l';
    for (let row = 0; row < this.height; row += 1) {
      const line = rows[row] ?? '';
      if (line !== this.#rows[row]) text += `\u001B[${row + 1};1H\u001B[0m${line}\u001B[0m\u001B[K`;
    }
    this.#rows = Array.from({ length: this.height }, (_, row) => rows[row] ?? '');
    if (cursor) text += `\u001B[${cursor.row + 1};${cursor.column + 1}H\u001B[?25h`;
    this.#out.write(text);
  }

  /** Leaves the terminal to another program meanwhile. */
  suspend<Result>(work: () => Result): Result {
    this.#restore();
    try {
      return work();
    } finally {
      this.#enter();
      this.#user.resize();
    }
  }

  close(): void {
    this.#restore();
    for (const name of signals) process.off(name, this.#signal);
    process.off('SIGCONT', this.#continue);
    process.off('uncaughtExceptionMonitor', this.#restore).off('exit', this.#restore);
    this.#out.off('resize', this.#resize);
    this.#keyboard.stop();
  }

  #enter(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#rows = [];
    this.#keyboard.setRawMode(true).mark(true);
    this.#out.write(`${enter}\u001B[2J`);
  }

  readonly #restore = (): void => {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#out.write(leave);
    this.#keyboard.setRawMode(false).mark(false);
  };

  #press(key: Key): void {
    if (key.name !== 'C-z') return this.#user.key(key);
    this.#restore();
    process.kill(process.pid, 'SIGTSTP');
  }

  readonly #continue = (): void => {
    this.#enter();
    this.#user.resize();
  };

  readonly #resize = (): void => {
    this.#rows = [];
    this.#out.write('\u001B[2J');
    this.#user.resize();
  };

  readonly #signal = (name: NodeJS.Signals): void => this.#user.signal(name);
}
