import type { Commit, CommitAnswer } from '../chat/seam.ts';
import type { DecisionAnswer } from '../chat/types.ts';
import { contentAfter } from '../conversation/changes.ts';
import type { Content } from '../conversation/changes.ts';
import type { Decision } from '../conversation/decision.ts';
import { ChatError } from '../conversation/error.ts';
import type { ThreadKey } from '../store/thread.ts';
import { beside, open } from './beside.ts';
import type { Setup } from './options.ts';

/** A decision about a call of a thread. */
export interface Decided {
  /** Its id. */
  readonly call: string;
  readonly decision: Decision;
  /** Who decides. */
  readonly by?: string;
  /** What approvers may also be named by: groups and roles that this person has (rule D4). */
  readonly groups?: readonly string[];
  /** The digest of what they were shown (rule D1). */
  readonly seen?: string;
}

/** Decides, beside whoever advances the thread: no lease is needed, and the first valid decision wins (rule D3). */
export async function decideIn(
  { store, chats, contextOf }: Setup,
  key: ThreadKey,
  { call, decision, ...about }: Decided,
): Promise<DecisionAnswer> {
  const opened = await open(store, key);
  const chat = opened && chats[opened.loaded.thread.chat];
  if (!chat) throw new ChatError('invalid-request', `Deciding in thread ${key.thread}: there is no such thread here.`);
  const { loaded, conversation } = opened;
  let content: Content = loaded;
  let { seq } = loaded.thread;
  const commit: Commit = async (events): Promise<CommitAnswer> => {
    const { after, changes } = contentAfter(content, events);
    const answer = await store.append({ ...key, events, seen: seq, ...changes, ...beside() });
    if (answer.type === 'appended') content = after;
    else if (answer.type === 'refused') content = contentAfter(content, answer.events).after;
    else throw new ChatError('invalid-request', `Deciding in thread ${key.thread}: it is gone.`);
    seq = answer.seq;
    return answer.type === 'refused' ? { refused: answer.events } : undefined;
  };
  const context = contextOf(loaded.thread) as never;
  return chat.decide(conversation, call, decision as Decision<never>, { ...about, commit, context });
}
