// What a server may be offered beside calls. Nothing here names the package that speaks to servers, whose types want those of Node.
import type { Model } from '../chat/model.ts';
import type { ContentPart } from '../conversation/content.ts';

/** Folders that a server is told of, as paths or `file:` addresses; or a function, where they may become others. */
export type Roots = readonly string[] | (() => readonly string[] | Promise<readonly string[]>);

/** Whether a server may ask a model of yours for words (`sampling/createMessage`), and which one. */
export interface Sampling {
  readonly model: Model;
  /**
   * What is done about each request. Default: `ask`, a person sees all that the model would be told, and says yes. A
   * function is told of the request; one that throws is a no.
   */
  readonly policy?: SamplingVerdict | ((request: SamplingRequest) => SamplingVerdict | Promise<SamplingVerdict>);
  /** The longest answer, in tokens, whatever the server wants. Default: 4,096. */
  readonly maxTokens?: number;
}

/** `allow`: the model is asked. `ask`: a person is. `deny`: the server is refused. */
export type SamplingVerdict = 'allow' | 'ask' | 'deny';

/** What a server wants a model to be asked. It names no tool, and sees nothing of the conversation. */
export interface SamplingRequest {
  readonly instructions?: string;
  readonly messages: readonly SamplingWord[];
  /** The longest answer, in tokens. */
  readonly maxTokens: number;
  readonly temperature?: number;
  readonly stop?: readonly string[];
}

/** One message of such a request. */
export interface SamplingWord {
  readonly role: 'user' | 'assistant';
  readonly parts: readonly ContentPart[];
}

/** Gets a token for each request: `AuthProvider` of `@modelcontextprotocol/client` is one. */
export interface TokenProvider {
  /** Nothing when there is none. */
  token(): Promise<string | undefined>;
  /** Told of a refusal (HTTP 401); the request is made once more when this has ended. */
  onUnauthorized?(refusal: { readonly response: Response; readonly serverUrl: URL }): Promise<void>;
}

/** A client of OAuth, as `OAuthClientProvider` of `@modelcontextprotocol/client` says in full. */
export interface OAuthProvider {
  readonly redirectUrl: string | URL | undefined;
  readonly clientMetadata: object;
  tokens(): unknown;
  redirectToAuthorization(url: URL): unknown;
  codeVerifier(): unknown;
}
