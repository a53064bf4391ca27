import type { Limits } from './limits.ts';
import { Problem } from './problem.ts';
import type { Who } from './who.ts';

/** A request that is being answered. */
export interface Answering {
  /** There is an answer, which is to be read. */
  made(): void;
  /** It was read, or nobody reads it. */
  over(): void;
}

/** Since when there is an answer, in milliseconds; not before it was made. */
interface Answer {
  since?: number;
}

/** What one principal has left, and has open. */
interface Account {
  tokens: number;
  /** When the tokens were counted last, in milliseconds. */
  at: number;
  readonly requests: Set<Answer>;
  streams: number;
}

/** How many accounts there may be before those are dropped that have nothing open and everything left. */
const many = 10_000;

/** Counts what each principal takes: requests in a time, requests at once, open streams. Throws `too-many` with the time to wait. */
export class Allowance {
  readonly #accounts = new Map<string, Account>();
  readonly #limits: Required<Limits>;
  readonly #now: () => number;

  /** `now` gives milliseconds that never go back. */
  constructor(limits: Required<Limits>, now: () => number) {
    this.#limits = limits;
    this.#now = now;
  }

  /** A request begins. */
  request(who: Who): Answering {
    const { rate, concurrent } = this.#limits;
    const account = this.#accountOf(who);
    if (account.tokens < 1) throw tooMany((1 - account.tokens) / rate.perSecond);
    account.tokens -= 1;
    if (account.requests.size >= concurrent) this.#forgetUnread(account);
    if (account.requests.size >= concurrent) throw tooMany(1);
    const answer: Answer = {};
    account.requests.add(answer);
    return {
      made: () => void (answer.since = this.#now()),
      over: () => void account.requests.delete(answer),
    };
  }

  /** A stream is opened; gives what closes it. */
  stream(who: Who): () => void {
    const account = this.#accountOf(who);
    if (account.streams >= this.#limits.streams) throw tooMany(5);
    account.streams += 1;
    return once(() => (account.streams -= 1));
  }

  #accountOf({ tenant, principal }: Who): Account {
    const name = JSON.stringify([tenant, principal]);
    const now = this.#now();
    const { rate } = this.#limits;
    const known = this.#accounts.get(name);
    if (known) {
      fill(known, rate, now);
      return known;
    }
    if (this.#accounts.size >= many) this.#drop(now);
    const account = { tokens: rate.burst, at: now, requests: new Set<Answer>(), streams: 0 };
    this.#accounts.set(name, account);
    return account;
  }

  /** Not every platform says that nobody reads on. */
  #forgetUnread({ requests }: Account): void {
    const longAgo = this.#now() - this.#limits.sendTime;
    for (const answer of requests) if ((answer.since ?? Infinity) <= longAgo) requests.delete(answer);
  }

  #drop(now: number): void {
    const { rate } = this.#limits;
    for (const [name, account] of this.#accounts) {
      fill(account, rate, now);
      this.#forgetUnread(account);
      const isIdle = account.requests.size === 0 && account.streams === 0;
      if (isIdle && account.tokens === rate.burst) this.#accounts.delete(name);
    }
  }
}

function fill(account: Account, { burst, perSecond }: Required<Limits>['rate'], now: number): void {
  account.tokens = Math.min(burst, account.tokens + ((now - account.at) / 1000) * perSecond);
  account.at = now;
}

function tooMany(seconds: number): Problem {
  const wait = String(Math.max(1, Math.ceil(seconds)));
  return new Problem('too-many', `Too much at once: try again in ${wait} s.`, { 'retry-after': wait });
}

function once(end: () => void): () => void {
  let isOver = false;
  return () => {
    if (!isOver) end();
    isOver = true;
  };
}
