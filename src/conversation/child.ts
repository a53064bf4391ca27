/** A thread of its own that answers a call, and what it was told (rule C3). */
export interface Child {
  readonly thread: string;
  /** The chat that advances it. */
  readonly chat: string;
  /** The word with which it begins. */
  readonly say: string;
  readonly title?: string;
}
