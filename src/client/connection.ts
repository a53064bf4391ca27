import { ChatError } from '../conversation/error.ts';
import { onNetwork } from './network.ts';
import { machineClock } from './options.ts';
import { delayAfter, pause } from './patience.ts';
import type { Patience } from './patience.ts';

/**
 * How a live view stands with its server: `connecting`, `live` while it is told of everything, `offline` when the last
 * attempt failed and it tries again, `closed` when it does not.
 */
export type ConnectionStatus = 'connecting' | 'live' | 'offline' | 'closed';

/** A connection, and why there is none. */
export interface ConnectionState {
  readonly status: ConnectionStatus;
  readonly error?: ChatError;
}

/** What is connected to, and who is told of it. */
export interface ConnectionAbout {
  /** Reads until the connection ends; calls `onOpen` when it stands. */
  follow(signal: AbortSignal, onOpen: () => void): Promise<void>;
  tell(state: ConnectionState): void;
}

/** After so many milliseconds a connection was no failure. */
const steady = 10_000;

/** A connection that comes back by itself, for as long as that may help. */
export class Connection {
  readonly #about: ConnectionAbout;
  readonly #patience: Patience;
  #ending: AbortController | undefined;

  constructor(about: ConnectionAbout, patience: Patience) {
    this.#about = about;
    this.#patience = patience;
  }

  /** Connects; does nothing when it is at it already. */
  start(): void {
    if (this.#ending) return;
    const ending = new AbortController();
    this.#ending = ending;
    void this.#run(ending.signal);
  }

  /** Disconnects, and tells nothing more. */
  stop(): void {
    this.#ending?.abort();
    this.#ending = undefined;
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { clock = machineClock, random } = this.#patience;
    this.#about.tell({ status: 'connecting' });
    let failures = 0;
    for (;;) {
      const { error, openFor } = await this.#once(signal);
      if (signal.aborted) return;
      if (error && !error.retryable) return this.#give(error);
      failures = openFor !== undefined && openFor >= steady ? 1 : failures + 1;
      // A connection that broke comes back soon, mostly.
      this.#about.tell(error && openFor === undefined ? { status: 'offline', error } : { status: 'connecting' });
      await pause(delayAfter(failures, error, random), signal, clock);
      if (signal.aborted) return;
    }
  }

  /** One connection, to its end: why it ended, and how long it stood. */
  async #once(closing: AbortSignal): Promise<{ readonly error?: ChatError; readonly openFor?: number }> {
    const { clock = machineClock } = this.#patience;
    const { signal, forget } = whileOnline(closing);
    let openedAt: number | undefined;
    const onOpen = (): void => {
      if (openedAt !== undefined || signal.aborted) return;
      openedAt = clock.now();
      this.#about.tell({ status: 'live' });
    };
    const openFor = () => (openedAt === undefined ? {} : { openFor: clock.now() - openedAt });
    try {
      await this.#about.follow(signal, onOpen);
      if (openedAt === undefined) throw new ChatError('network', 'Following: nothing was told.', { retryable: true });
      return openFor();
    } catch (cause) {
      const broken = (): ChatError =>
        new ChatError('invalid-response', 'Following: the events make no sense.', { retryable: true, cause });
      return { error: cause instanceof ChatError ? cause : broken(), ...openFor() };
    } finally {
      forget();
    }
  }

  #give(error: ChatError): void {
    this.#ending = undefined;
    this.#about.tell({ status: 'closed', error });
  }
}

/** Aborted with another signal, and when the network is gone: a connection that broke so tells nothing of it. */
function whileOnline(closing: AbortSignal): { readonly signal: AbortSignal; readonly forget: () => void } {
  const ending = new AbortController();
  const close = (): void => ending.abort(closing.reason);
  closing.addEventListener('abort', close, { once: true });
  const gone = new ChatError('network', 'Following: the network is gone.', { retryable: true });
  const leave = onNetwork('offline', () => ending.abort(gone));
  const forget = (): void => {
    leave();
    closing.removeEventListener('abort', close);
  };
  return { signal: ending.signal, forget };
}
