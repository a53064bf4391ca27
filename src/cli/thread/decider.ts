import { existsSync } from 'node:fs';
import { createChat } from '../../chat/chat.ts';
import type { Model } from '../../chat/model.ts';
import type { Chat, DecisionAnswer } from '../../chat/types.ts';
import type { Person } from '../../conversation/addressee.ts';
import type { Decision } from '../../conversation/decision.ts';
import type { McpTools } from '../../mcp/mcp-tools.ts';
import { modelFromName } from '../../models/default/index.ts';
import type { DurableChat } from '../../runtime/options.ts';
import { createRuntime } from '../../runtime/runtime.ts';
import { storeGrants } from '../../runtime/store-grants.ts';
import type { Thread } from '../../store/thread.ts';
import { checkBy } from '../editing/arguments.ts';
import type { Check } from '../editing/arguments.ts';
import { folderChat, toolsIn } from '../folder-chat.ts';
import type { CallGranter } from '../grants/granter.ts';
import { grantingBeside } from '../grants/granting.ts';
import { rulesIn } from '../rules/ruled.ts';
import { folderOf } from './chat-name.ts';
import type { Database } from './database.ts';

/** A decision about a call of a thread. */
export interface AboutCall {
  readonly thread: Thread;
  readonly call: string;
  readonly decision: Decision;
  /** The digest of what was shown. */
  readonly seen: string | undefined;
}

/** How somebody decides. */
export interface Deciding {
  readonly report: (sentence: string) => void;
  /** The file of rules. */
  readonly rules?: string | undefined;
  /** Whose tools stand beside those of folders. */
  readonly mcp?: McpTools | undefined;
}

/** Decides about calls of all threads of a place. It runs nothing. */
export class Decider {
  readonly #database: Database;
  readonly #person: Person;
  readonly #report: (sentence: string) => void;
  readonly #rules: string | undefined;
  readonly #mcp: McpTools | undefined;
  readonly #chats = new Map<string, DurableChat>();

  constructor(database: Database, person: Person, { report, rules, mcp }: Deciding) {
    this.#database = database;
    this.#person = person;
    this.#report = report;
    this.#rules = rules;
    this.#mcp = mcp;
  }

  async decide({ thread, call, decision, seen }: AboutCall): Promise<DecisionAnswer> {
    const chat = this.#chatOf(thread.chat);
    const { store } = this.#database;
    const { by, groups } = this.#person;
    const context = (one: Thread): Thread => one;
    await using runtime = createRuntime({ chat: { [thread.chat]: chat }, store, work: false, context });
    const more = { ...(by !== undefined && { by }), ...(groups && { groups }), ...(seen !== undefined && { seen }) };
    return await runtime.decide(thread, { call, decision, ...more });
  }

  /** Whether the tools of a chat are known here: without them nobody can check other arguments, or a result. */
  knows(chat: string): boolean {
    return this.#rootOf(chat) !== undefined;
  }

  /** What is wrong with other arguments of its tools, where they are known here. */
  checkOf(chat: string): Check | undefined {
    const root = this.#rootOf(chat);
    return root === undefined ? undefined : checkBy(() => toolsIn(root, this.#mcp));
  }

  #chatOf(name: string): DurableChat {
    const known = this.#chats.get(name);
    if (known) return known;
    const root = this.#rootOf(name);
    // It is asked nothing.
    const model = modelFromName('demo/rules-1');
    // One that is not about a folder of this machine has no tools here; a yes and a no need none.
    const chat = root === undefined ? createChat({ model }) : this.#folderChat(root, model);
    this.#chats.set(name, chat);
    return chat;
  }

  /** Policies are asked about what somebody edits (rule D6). Rules may be about tools of servers that are not here. */
  #folderChat(root: string, model: Model): Chat {
    const rules = rulesIn(this.#rules, { root })(storeGrants(this.#database.store));
    const about = { root, choice: { model }, rules, mcp: this.#mcp, keptIn: this.#database.file };
    return folderChat({ ...about, report: this.#report });
  }

  /** What this person may grant beside a decision; nothing where the tools of a chat are not known here. */
  granterFor(chat: string): CallGranter | undefined {
    const root = this.#rootOf(chat);
    if (root === undefined) return undefined;
    const { store, place } = this.#database;
    const { tenant } = place;
    return grantingBeside(rulesIn(this.#rules, { root }), { root, mcp: this.#mcp, store, tenant, by: this.#person.by })
      .granter;
  }

  #rootOf(chat: string): string | undefined {
    const root = folderOf(chat, this.#database.place, process.cwd());
    return root !== undefined && existsSync(root) ? root : undefined;
  }
}

/** Whether a decision must be checked by the tool: it brings other arguments, or a result. */
export function needsTool(decision: Decision): boolean {
  return (
    decision.type === 'answer' ||
    decision.type === 'happened' ||
    (decision.type === 'approve' && decision.input !== undefined)
  );
}
