import type { ChatEvent } from '../conversation/event.ts';

/**
 * Keeps events, before they take effect; a tool starts only after it came back. In memory there is none; in a store it is
 * a compare-and-set. It is called for one batch at a time, and must not wait for a decision or a run of its conversation.
 *
 * It may return events that others had appended before this batch. When those make the batch wrong, and always when it
 * ends with `paused` or `done`, it returns them as `refused` instead and stores nothing: it is called again with what
 * holds then (rule D3). A batch without events asks what others have appended. It throws when somebody else has the
 * conversation now: the run stops, and starts nothing more (rule E3).
 */
export type Commit = (events: readonly ChatEvent[]) => CommitAnswer | Promise<CommitAnswer>;

/** What a commit gives back: nothing, what others appended, or what came first. */
export type CommitAnswer = void | readonly ChatEvent[] | { readonly refused: readonly ChatEvent[] };
