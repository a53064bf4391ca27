/**
 * What somebody may do: `read` threads, `send` words (stopping included), `answer` what is asked of the user of a thread,
 * `decide` about calls, `manage` everything of a tenant (rule D7).
 */
export type Right = 'read' | 'send' | 'answer' | 'decide' | 'manage';

/** What a request is about to do. */
export interface Action {
  readonly type: Right;
  /** Its id, where it is about one thread. */
  readonly thread?: string;
}

/** Who asks, as `authorize` says; a request says nothing of it itself (rule D7). */
export interface Who {
  /** The person or program. Decisions are taken and threads are owned under this name. */
  readonly principal: string;
  /** What approvers may also be named by: groups and roles that they have. */
  readonly groups?: readonly string[];
  /** Whose threads they see (rule X1). */
  readonly tenant: string;
  /** What they may do. */
  readonly scopes: readonly Right[];
}

/**
 * Says who asks, or answers in their place, such as with a 401. Asked again every minute while a stream is open (rule X1).
 * The body is not to be read here.
 */
export type Authorize = (request: Request, action: Action) => Who | Response | Promise<Who | Response>;
