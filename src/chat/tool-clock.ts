/** Milliseconds that a stopped tool is given to come to an end by itself (rule E4). */
const grace = 5_000;

/** Why a tool was cut: the run was stopped, or its time was over. */
export class Cut extends Error {
  readonly why: 'stopped' | 'timeout';

  constructor(why: 'stopped' | 'timeout') {
    super(why === 'timeout' ? 'The time of the tool is over.' : 'The run was stopped.');
    this.why = why;
  }
}

/** When a tool has to come to its end: its own time is over, or the run was stopped and the grace time has passed. */
export class ToolClock {
  cut: Cut | undefined;
  readonly over: Promise<never>;
  readonly #run: AbortSignal;
  readonly #stopped = (): void => this.#end('stopped', this.#run.reason);
  #timer: ReturnType<typeof setTimeout>;
  #controller: AbortController | undefined;
  #reject: (cut: Cut) => void = () => {};

  constructor(run: AbortSignal, timeout: number) {
    this.#run = run;
    this.over = new Promise((_, reject) => (this.#reject = reject));
    this.#timer = setTimeout(() => this.#end('timeout', undefined), timeout);
    // The tool may be over long before anybody looks.
    this.over.catch(() => {});
    run.addEventListener('abort', this.#stopped, { once: true });
  }

  /** Made when it is asked for: most tools never do. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.cut) this.#controller.abort(this.cut);
    return this.#controller.signal;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#run.removeEventListener('abort', this.#stopped);
  }

  #end(why: Cut['why'], reason: unknown): void {
    if (this.cut) return;
    const cut = (this.cut = new Cut(why));
    clearTimeout(this.#timer);
    this.#controller?.abort(reason ?? cut);
    if (why === 'timeout') this.#reject(cut);
    else this.#timer = setTimeout(() => this.#reject(cut), grace);
  }
}
