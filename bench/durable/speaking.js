import { moment } from './moment.js';
import { Pacer } from './tokens.js';

/** What the models of a process say: so many tokens each, at once or when they are told to begin. */
export class Speaking {
  #talk;
  #onAsked;
  #pacer = new Pacer();
  #begin = Promise.withResolvers();
  #used;
  #answers = 0;

  constructor({ waits = false, ...talk }, onAsked) {
    this.#talk = talk;
    this.#onAsked = onAsked;
    if (!waits) this.begin();
  }

  begin() {
    this.#used = process.cpuUsage();
    this.#begin.resolve(moment());
  }

  /** Of several streams each begins a little after the one before, the last about `spread` milliseconds behind the first. */
  async *answer(word) {
    const { tokens, gap, spread = 0, streams = 1 } = this.#talk;
    const place = this.#answers;
    this.#answers += 1;
    this.#onAsked(word);
    // No two of them say their tokens in step.
    const behind = (spread * place) / streams + ((place * 0.618) % 1) * gap;
    const began = await this.#begin.promise;
    yield* this.#pacer.speak({ tokens, gap, from: Math.max(began, moment()) + behind });
  }

  /** How many tokens were said, and the CPU since the beginning, in percent of the time that one answer takes. */
  report() {
    const { tokens, gap } = this.#talk;
    const { user, system } = process.cpuUsage(this.#used);
    return { said: this.#pacer.said, percent: (user + system) / 10 / (tokens * gap) };
  }
}
