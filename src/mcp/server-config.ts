import type { Policy } from '../chat/policy.ts';
import type { JsonObject } from '../conversation/json.ts';
import type { Effect } from '../conversation/tool-call.ts';
import type { OAuthProvider, Roots, Sampling, TokenProvider } from './offer.ts';

/** A server that is a program on this machine, spoken to over its standard input and output. */
export interface LocalServer extends ServerSettings {
  readonly command: string;
  readonly args?: readonly string[];
  /**
   * Beside a few that every program needs, such as `PATH`, and those that say how the network is reached, unless they hold a
   * password: a server sees no other variable of this process.
   */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

type Headers = Readonly<Record<string, string>>;

/** A server at an address, spoken to over streamable HTTP. */
export interface RemoteServer extends ServerSettings {
  readonly url: string;
  /** Or a function that is asked before each request, for tokens that do not live long. */
  readonly headers?: Headers | (() => Headers | Promise<Headers>);
  /**
   * Gets a token, and another one when it is refused: a provider of `@modelcontextprotocol/client`, for OAuth say, or an
   * object with `token()`. What it gives goes before `authorization` in `headers`.
   */
  readonly authProvider?: TokenProvider | OAuthProvider;
}

/** Where a server is, and what you say of it. */
export type McpServer = LocalServer | RemoteServer;

/** What you say of a server, wherever it is. */
export interface ServerSettings {
  /**
   * What it says of its tools is believed: one that it calls read-only runs unasked, and again after a crash.
   * Default: false. Anybody may write anything into a hint.
   */
  readonly trusted?: boolean;
  /** The others are used although this one does not start. Default: false. */
  readonly optional?: boolean;
  /** For all of its tools, in place of what is concluded from its hints; as `scoped` does it. */
  readonly policy?: Policy<JsonObject>;
  /** For single tools, by the names that the server gives them. */
  readonly tools?: Readonly<Record<string, ToolSettings>>;
  /** Milliseconds for a call of a tool; the time in which a person is asked does not count. Default: 120,000. */
  readonly timeout?: number;
  /** Milliseconds until it has to be there. Default: 60,000. */
  readonly startTimeout?: number;
  /**
   * Its tools do nothing before they ask a person: a call that asks over the open connection is called off, and made
   * again with the answer. Default: false; such questions are answered with `cancel`.
   */
  readonly asksFirst?: boolean;
  /** Folders that it is told of when it asks: paths, or `file:` addresses. Default: it is told of none. */
  readonly roots?: Roots;
  /** Whether it may ask a model of yours for words. Default: it may not, and is not told that it could. */
  readonly sampling?: Sampling;
}

/** What you say of one tool of a server. */
export interface ToolSettings {
  /** Default: true. Without it no model is told of the tool. */
  readonly enabled?: boolean;
  /** In place of what is concluded from its hints. */
  readonly policy?: Policy<JsonObject>;
  /** How it bears being repeated, by your word. Default: `read` where a trusted server says read-only, else undeclared. */
  readonly effect?: Exclude<Effect, 'undeclared'>;
  readonly timeout?: number;
}

/** Servers by name. */
export type McpServers = Readonly<Record<string, McpServer>>;
