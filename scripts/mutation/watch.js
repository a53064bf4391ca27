// Watches from the main thread what the tests do in theirs. A test file hangs when it burns far more CPU than without a
// mutant, or when nothing at all is computed for a while: CPU, not time, so that a busy machine does not matter.

const tick = 100;
/** Milliseconds of CPU below which a stretch of time counts as idle: more than the ticks need, less than any test. */
const idle = 30;
const unknown = { cpu: 120_000, wait: 60_000 };

export class Watch {
  #costs = {};
  #waits = {};
  #timer;
  #at;
  #calm;

  /** `costs` says for each test file how long it computes and waits without a mutant; `hangs` is told once, with a sentence. */
  start(costs, hangs) {
    this.#costs = costs;
    this.#waits = {};
    this.#at = undefined;
    this.#calm = calm();
    this.#timer = setInterval(() => {
      const sentence = this.#look();
      if (!sentence) return;
      clearInterval(this.#timer);
      hangs(sentence);
    }, tick);
  }

  /** A test file begins, and with it the one before has ended. */
  begin(file) {
    this.#end();
    this.#at = { file, wait: 0, cpu: now().cpu };
    this.#calm = calm();
  }

  /** For each test file the longest time in which it computed nothing, in milliseconds. */
  stop() {
    clearInterval(this.#timer);
    this.#end();
    return this.#waits;
  }

  #end() {
    if (!this.#at) return;
    this.#waits[this.#at.file] = this.#at.wait;
    this.#at = undefined;
  }

  #look() {
    if (!this.#at) return undefined;
    const { cpu, time } = now();
    // Of a process that was suspended, or is so short of CPU that it ticks late, no more than the ticks is known.
    this.#calm.waited += Math.min(time - this.#calm.seen, 2 * tick);
    this.#calm.seen = time;
    if (cpu - this.#calm.cpu > idle) this.#calm = calm();
    const { waited } = this.#calm;
    const { file } = this.#at;
    this.#at.wait = Math.max(this.#at.wait, waited);
    const cost = this.#costs[file];
    // Its modules have to be loaded, too.
    const limit = cost ? { cpu: 2_500 + 4 * cost.cpu, wait: 2_500 + 2 * cost.wait } : unknown;
    if (cpu - this.#at.cpu > limit.cpu) return `${file}: computes without an end`;
    if (waited > limit.wait) return `${file}: waits without an end`;
    return undefined;
  }
}

function calm() {
  const { cpu, time } = now();
  return { cpu, seen: time, waited: 0 };
}

function now() {
  const { user, system } = process.cpuUsage();
  return { cpu: (user + system) / 1000, time: performance.now() };
}
