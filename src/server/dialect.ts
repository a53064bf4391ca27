import type { Runtime, ReadThread } from '../runtime/runtime.ts';
import type { GrantOptions } from './granting.ts';
import type { View } from './reader-view.ts';
import type { Right, Who } from './who.ts';

/** A way in which clients speak with threads: routes beside those of the native API. */
export interface Dialect {
  readonly name: string;
  readonly routes: readonly Route[];
}

/** What is done at one path by one method. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Behind the base path: `/threads/:thread/messages`. */
  readonly path: string;
  /** What whoever asks must be allowed to do; absent: open to everybody. `:thread` in the path is the thread it is about. */
  readonly action?: Right;
  /** Whoever `authorize` lets in may do it, whatever their rights are. Default: it takes the right of `action`. */
  readonly isForAll?: true;
  /**
   * Says who asks in place of `authorize`, where the address alone does: pages of any origin may ask then, since nothing that a
   * browser keeps lets them in.
   */
  admit?(params: Readonly<Record<string, string>>): Promise<Who | Response>;
  /** People open it in a browser: asked for with a slash behind it, it is found without one. Default: it is not. */
  readonly isPage?: true;
  /** What its body is: JSON (the default), which a page of another site cannot post unasked, or a form. */
  readonly takesBody?: 'json' | 'form';
  /** Answers. What it throws becomes problem details: a `Problem` in its own words, all else without any (rule X3). */
  handle(asked: Asked): Response | Promise<Response>;
}

/** Who asks, and what is there for them. */
export interface Caller {
  readonly who: Who;
  readonly runtime: Runtime;
  /** What people may grant beside their decisions; absent: nothing. */
  readonly grants?: GrantOptions | undefined;
  /**
   * Whether they may do this too: asks `authorize` anew, for a route whose body says what it does. Without a thread it is
   * about the one in the path.
   */
  permits(right: Right, thread?: string): Promise<boolean>;
  /** What they are shown: whatever a route tells of a thread is to pass it (rule X3). */
  readonly view: View;
  /** What a reader is shown who hands on to others what it reads. */
  readonly discreetView: View;
  /** A thread that is theirs to see, with all that is in it; nothing when there is none, or it is somebody else's (rule X1). */
  find(thread: string): Promise<ReadThread | undefined>;
  /** Tells the log what broke, where the answer is not a refusal. Gives the name under which it is found there (rule X3). */
  report(error: unknown): string;
}

/** A request that was let in: from a known host and origin, authorised, within the limits, its body read. */
export interface Asked extends Caller {
  readonly request: Request;
  /** What stands in the path for `:name`. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The JSON of a POST or PATCH, or the fields of its form; undefined when there is none. */
  readonly body: unknown;
  /** The thread in the path; throws `not-found` where `find` gives nothing. */
  thread(): Promise<ReadThread>;
  /** The path at which a client finds one of ours, such as `/threads/1`: with the base path before it. */
  address(path: string): string;
  /** Server-sent events for as long as `frames` has any, the reader stays, and they may still read (rule X1). */
  stream(frames: (signal: AbortSignal) => AsyncIterable<Frame>, options?: StreamOptions): Response;
}

/** One server-sent event. */
export interface Frame {
  readonly id?: string;
  readonly event?: string;
  readonly data: string;
}

/** How a stream is told. */
export interface StreamOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** The thread it is about, where the path has none: authorised again with the stream. */
  readonly thread?: string;
}
