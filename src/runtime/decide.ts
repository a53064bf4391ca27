import type { Commit, CommitAnswer } from '../chat/seam.ts';
import type { DecisionAnswer } from '../chat/types.ts';
import { contentAfter } from '../conversation/changes.ts';
import type { Content } from '../conversation/changes.ts';
import type { Decision } from '../conversation/decision.ts';
import { ChatError } from '../conversation/error.ts';
import { seenOf } from '../conversation/seen.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import type { ThreadKey } from '../store/thread.ts';
import { beside, open } from './beside.ts';
import type { BesideStore, Opened } from './beside.ts';
import { apart } from './blobs/apart.ts';
import { limitDecision } from './limits.ts';
import type { Setup } from './options.ts';

/** A decision about a call of a thread. */
export interface Decided {
  /**
   * The call that the person was shown, and a decision about anything else is `stale`; with its id alone, what is there now
   * is decided.
   */
  readonly call: ToolCall | string;
  readonly decision: Decision;
  /** Who decides. */
  readonly by?: string;
  /** What approvers may also be named by: groups and roles that this person has (rule D4). */
  readonly groups?: readonly string[];
  /** The digest of what they were shown, where the call itself is not at hand (rule D1). */
  readonly seen?: string;
}

/** What decisions are made with. */
type Deciding = Pick<Setup, 'chats' | 'contextOf' | 'limits'> & { readonly store: BesideStore };

/** Decides, beside whoever advances the thread: no lease is needed, and the first valid decision wins (rule D3). */
export async function decideIn(setup: Deciding, key: ThreadKey, decided: Decided): Promise<DecisionAnswer> {
  const { call } = decided;
  const id = typeof call === 'string' ? call : call.id;
  const seen = decided.seen ?? (typeof call === 'string' ? undefined : seenOf(call));
  for (;;) {
    const opened = await open(setup.store, key, { calls: [id] });
    if (!opened) throw notHere(key);
    const answer = await decideAbout(setup, opened, { ...decided, call: id, ...(seen !== undefined && { seen }) });
    if (answer) return answer;
  }
}

/** Nothing when somebody else had changed the thread: what stands in it now has to be read anew. */
async function decideAbout(
  { store, chats, contextOf, limits }: Deciding,
  { loaded, conversation }: Opened,
  { call, decision, ...about }: Decided & { readonly call: string },
): Promise<DecisionAnswer | undefined> {
  const { thread } = loaded;
  const chat = chats[thread.chat];
  if (!chat) throw notHere(thread);
  const { tenant, thread: id } = thread;
  limitDecision(limits, { call: conversation.findCall(call), decision });
  let content: Content = loaded;
  let { seq } = thread;
  let isOutdated = false;
  const commit: Commit = async (events): Promise<CommitAnswer> => {
    const { after, changes } = contentAfter(content, events);
    const append = { tenant, thread: id, events, seen: seq, ...changes, ...beside() };
    const answer = await store.append(await apart(append));
    if (answer.type === 'missing' || answer.type === 'fenced')
      throw new ChatError('invalid-request', `Deciding in thread ${id}: it is gone.`);
    isOutdated = answer.type === 'refused';
    if (isOutdated) throw new Error('somebody was quicker');
    content = after;
    seq = answer.seq;
  };
  const context = contextOf(thread) as never;
  const deciding = chat.decide(conversation, call, decision as Decision<never>, { ...about, commit, context });
  return deciding.catch((error: unknown) => {
    if (isOutdated) return undefined;
    throw error;
  });
}

function notHere({ thread }: ThreadKey): ChatError {
  return new ChatError('invalid-request', `Deciding in thread ${thread}: there is no such thread here.`);
}
