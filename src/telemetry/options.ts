/** How a chat is traced. */
export interface TelemetryOptions {
  /** Names the chat in its spans: `invoke_agent refunds`. */
  readonly agent?: string;
  /** Tells agents of one name apart. */
  readonly agentId?: string;
  readonly agentVersion?: string;
  /**
   * Whether what was said, asked of tools and given by them stands in spans. Default: false. A function is asked about each
   * value, and what it gives stands there instead; nothing does when it gives `undefined` or throws.
   */
  readonly content?: boolean | Redact;
}

/** Gives what may stand in a span of a value. */
export type Redact = (value: unknown, about: ContentAbout) => unknown;

/** Which value it is. */
export interface ContentAbout {
  readonly kind: ContentKind;
  /** The tool that it is about, by name. */
  readonly tool?: string;
}

/**
 * What a value is: a text that the model was sent (`input`) or said (`output`), its instructions, the declarations of its
 * tools, the arguments or the result of a call, or the reason why a policy asks or denies.
 */
export type ContentKind = 'input' | 'output' | 'instructions' | 'tools' | 'arguments' | 'result' | 'reason';
