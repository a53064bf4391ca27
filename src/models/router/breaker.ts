import type { ChatError } from '../../conversation/error.ts';
import type { RouterOptions } from './options.ts';

/** How one request to a member goes on. Only the first of `ended`, `failed` and `left` counts. */
export interface Attempt {
  /** The answer has begun. */
  began(): void;
  ended(): void;
  failed(error: ChatError): void;
  /** Nobody wants the answer any more, or the error says nothing about the member. */
  left(): void;
}

/** Closed: it is asked. Open: it is left alone until a time. Probed: one request tries it, and no other may. */
type Circuit =
  | { readonly state: 'closed'; failures: number }
  | { readonly state: 'open'; readonly until: number; readonly error: ChatError }
  | { readonly state: 'probed'; readonly error: ChatError };

/** Milliseconds: whoever asks for a longer pause is tried all the same. */
const longest = 3_600_000;

/**
 * The circuit breaker of one member, for all requests of its router. It holds no timer: time is looked at when
 * somebody asks.
 */
export class Breaker {
  readonly #limit: number;
  readonly #cooldown: number;
  readonly #now: () => number;
  #circuit: Circuit = { state: 'closed', failures: 0 };

  constructor({ breaker = {}, now = Date.now }: RouterOptions) {
    this.#limit = breaker ? (breaker.failures ?? 3) : Infinity;
    this.#cooldown = breaker ? (breaker.cooldown ?? 30_000) : 0;
    this.#now = now;
  }

  /** Permission to ask the member; none while it is down, or while another request probes it. */
  enter(): Attempt | undefined {
    const circuit = this.#circuit;
    if (circuit.state === 'probed') return undefined;
    if (circuit.state === 'closed') return this.#attempt(circuit);
    if (this.#now() < circuit.until) return undefined;
    const probed = { state: 'probed', error: circuit.error } as const;
    this.#circuit = probed;
    return this.#attempt(probed);
  }

  /** Why it is not asked, and in how many milliseconds it may be; `undefined` while it is probed. */
  get down(): { readonly error: ChatError; readonly retryIn: number | undefined } | undefined {
    const circuit = this.#circuit;
    if (circuit.state === 'closed') return undefined;
    const { error } = circuit;
    return { error, retryIn: circuit.state === 'open' ? Math.max(0, circuit.until - this.#now()) : undefined };
  }

  /** What an attempt says counts only while the circuit is the one that it entered. */
  #attempt(entered: Circuit): Attempt {
    let circuit = entered;
    let isOver = false;
    const conclude = (verdict: () => void): void => {
      if (!isOver && this.#circuit === circuit) verdict();
      isOver = true;
    };
    return {
      began: () => {
        if (isOver || this.#circuit !== circuit || circuit.state !== 'probed') return;
        // One more failure opens it again: an answer that has begun has not ended yet.
        this.#circuit = circuit = { state: 'closed', failures: this.#limit - 1 };
      },
      ended: () => conclude(() => this.#succeed()),
      failed: (error) => conclude(() => this.#fail(error)),
      left: () => conclude(() => this.#leave()),
    };
  }

  #succeed(): void {
    const circuit = this.#circuit;
    // The same circuit, since others have entered it too.
    if (circuit.state === 'closed') circuit.failures = 0;
    else this.#circuit = { state: 'closed', failures: 0 };
  }

  #fail(error: ChatError): void {
    const circuit = this.#circuit;
    if (this.#limit === Infinity) return;
    const failures = circuit.state === 'closed' ? circuit.failures + 1 : this.#limit;
    // A model of somebody else may say what is no number.
    const asked = Math.min(Number(error.retryAfter) || 0, longest);
    const pause = failures < this.#limit ? asked : Math.max(this.#cooldown, asked);
    if (pause > 0 || failures >= this.#limit) this.#circuit = { state: 'open', until: this.#now() + pause, error };
    else if (circuit.state === 'closed') circuit.failures = failures;
  }

  /** A probe that found out nothing: the next request is one. */
  #leave(): void {
    const circuit = this.#circuit;
    if (circuit.state === 'probed') this.#circuit = { state: 'open', until: this.#now(), error: circuit.error };
  }
}
