import { moment } from './moment.js';

/**
 * Tokens that carry the time at which they were to be said. It is the time of the plan, not of the saying: when the
 * process is late with a token that counts, as bytes of a provider would have waited for it.
 */
export class Pacer {
  #waiting = new Set();
  #said = 0;
  #timer;

  constructor(every = 2) {
    this.#timer = setInterval(() => this.#tick(), every);
  }

  /** How many were said. */
  get said() {
    return this.#said;
  }

  /** So many tokens, the first at a moment, each so many milliseconds after the one before. */
  async *speak({ tokens, gap, from }) {
    for (let i = 0; i < tokens; i += 1) {
      const at = from + i * gap;
      if (moment() < at) await new Promise((resolve) => this.#waiting.add({ at, resolve }));
      this.#said += 1;
      yield tokenOf(at);
    }
  }

  end() {
    clearInterval(this.#timer);
  }

  #tick() {
    const now = moment();
    for (const one of this.#waiting) {
      if (one.at > now) continue;
      this.#waiting.delete(one);
      one.resolve();
    }
  }
}

/** Eight characters or so. */
function tokenOf(at) {
  return `${Math.round(at * 10).toString(36)} `;
}

/** When the tokens of a text were to be said. */
export function timesIn(text) {
  const tokens = text.split(' ');
  if (tokens.pop() !== '') throw new Error(`A token was cut: ${JSON.stringify(text.slice(-20))}.`);
  return tokens.map((token) => Number.parseInt(token, 36) / 10);
}
