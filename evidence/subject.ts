import type { Code, World } from './world.ts';

/** A library under test, driven as its own documentation says. */
export interface Subject {
  readonly name: string;
  /** The packages whose versions are printed; the first one decides whether it is installed. */
  readonly packages: readonly string[];
  /** What a reader of its column must know. */
  readonly note?: string;
  /** An agent with the tools of the world. What was kept in the folder before is taken up again. */
  open(setup: Setup): Promise<Agent>;
}

/** Where an agent is to be, and how. */
export interface Setup {
  readonly world: World;
  /** Where the agent keeps its state. */
  readonly folder: string;
  /** How many messages were said before. */
  readonly old?: number;
  /** Default: `same`. */
  readonly code?: Code;
}

/** An agent, and what can be asked of it from outside. */
export interface Agent {
  /** The user speaks; resolves when a person is needed or the agent is done. */
  say(words: string): Promise<Told>;
  /** The calls that a person is shown. */
  asked(): Promise<readonly Asked[]>;
  /** One request with one or more clicks arrives: they are taken, and the agent goes on. */
  click(...clicks: readonly Click[]): Promise<Told>;
  /** A new process finds what a crash left, and goes on; where nothing else is offered, by the click once more. */
  recover(click: Click): Promise<Told>;
  /** A client posts what nobody asked it for: an approval that it made up, or a call with other arguments. */
  forge(what: 'approval' | 'arguments'): Promise<Told>;
  /** Bytes that were written because the agent paused. */
  written(): number;
}

/** A call as a person is shown it; `shown` is whatever the library hands to a client. */
export interface Asked {
  readonly name: string;
  readonly input: unknown;
  readonly shown: unknown;
}

/** What a person decides about a call that was shown. */
export type Click =
  | { readonly asked: Asked; readonly type: 'approve'; readonly input?: unknown }
  | { readonly asked: Asked; readonly type: 'reject'; readonly reason?: string };

/** What a request was answered. */
export interface Told {
  /** A word for each click, `ok` where the library has none. */
  readonly answers: readonly string[];
  /** How the agent stands afterwards. */
  readonly end: 'done' | 'waits' | 'in doubt' | 'busy' | 'error';
  /** Why a call waits, where that is said as data. */
  readonly because?: string;
  readonly error?: string;
}

/** What came of a request that may throw. */
export async function attempt(request: Promise<Told>): Promise<Told> {
  try {
    return await request;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return { answers: ['error'], end: 'error', error: text };
  }
}
