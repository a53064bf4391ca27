import { longestTimer } from '../conversation/longest-timer.ts';

/** Compilers without the DOM have no `HeadersInit` of their own. */
type GivenHeaders = NonNullable<RequestInit['headers']>;

/** How a client reaches its server, and how its live views behave. */
export interface ClientOptions {
  /** Where the native API is served: `https://example.com/api`, or `/api` for a page of the same host. */
  readonly url: string;
  /** Sent with every request, such as who asks. A function is asked anew each time, so that tokens may be renewed. */
  readonly headers?: GivenHeaders | (() => GivenHeaders | Promise<GivenHeaders>);
  /** Default: the global `fetch`. A handler of `yourcall/server` is reached by `(request) => handler.fetch(request)`. */
  readonly fetch?: (request: Request) => Promise<Response>;
  /** How long an answer may take, in milliseconds. Default: 30,000. */
  readonly timeout?: number;
  /** How long an open stream may tell nothing, not even that it lives, in milliseconds. Default: 45,000. */
  readonly silence?: number;
  /** How often a word or a decision is sent before it counts as failed. Default: 6. */
  readonly attempts?: number;
  /** Calls listeners of live views, all changes of a moment at once. Default: with the next frame of the page. */
  readonly schedule?: (notify: () => void) => void;
  readonly clock?: ClientClock;
  /** Spreads out when clients come back: from 0 up to 1. Default: `Math.random`. */
  readonly random?: () => number;
  /** Makes the keys under which words are said once. Default: unique across processes. */
  readonly newId?: () => string;
}

/** The time of a client. */
export interface ClientClock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls it once, after so many milliseconds, and gives what calls it off. */
  after(milliseconds: number, run: () => void): () => void;
}

/** The clock of the machine. */
export const machineClock: ClientClock = {
  now: () => Date.now(),
  after(milliseconds, run) {
    const timer = setTimeout(run, Math.min(milliseconds, longestTimer));
    return () => clearTimeout(timer);
  },
};
