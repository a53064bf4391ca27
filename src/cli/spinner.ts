import type { Activity } from './activity.ts';
import type { Screen } from './screen.ts';

/** Milliseconds between two drawings. */
const pace = 100;

/** A line that moves while nothing else does, and says what goes on; only on a terminal, and gone without trace. */
export class Spinner {
  readonly #screen: Pick<Screen, 'isAnimated' | 'status' | 'clearStatus'>;
  readonly #now: () => number;
  readonly #signs: readonly string[];
  #activity: Activity | undefined;
  #drawn = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(
    screen: Pick<Screen, 'isAnimated' | 'status' | 'clearStatus'>,
    {
      now = Date.now,
      term = process.env['TERM'],
    }: { readonly now?: () => number; readonly term?: string | undefined } = {},
  ) {
    this.#screen = screen;
    this.#now = now;
    // The console of Linux has no braille.
    this.#signs = Array.from(term === 'linux' ? String.raw`|/-\ `.trim() : '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏');
  }

  start(activity: Activity): void {
    this.#activity = activity;
    if (!this.#screen.isAnimated) return;
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.draw(), pace);
  }

  /** Draws it as it is now, where there is something to say. */
  draw(): void {
    const text = this.#activity?.text(this.#now());
    if (text === undefined) return this.#screen.clearStatus();
    const sign = this.#signs[this.#drawn % this.#signs.length] ?? '';
    this.#drawn += 1;
    this.#screen.status(`${sign} ${text}`);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#activity = undefined;
    this.#screen.clearStatus();
  }
}
