import type { Model } from '../../chat/model.ts';
import type { McpTools } from '../../mcp/mcp-tools.ts';
import { createRuntime } from '../../runtime/runtime.ts';
import { grantingOf } from '../grants/granter.ts';
import { storeGrants } from '../../runtime/store-grants.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import type { GrantOptions } from '../../server/granting.ts';
import type { Who } from '../../server/who.ts';
import { memoryStore } from '../../store/memory/index.ts';
import type { Store } from '../../store/store.ts';
import type { Thread } from '../../store/thread.ts';
import { folderChat, toolsBeside } from '../folder-chat.ts';
import type { RulesWith } from '../rules/ruled.ts';
import { chatNameOf } from '../thread/chat-name.ts';
import { openDatabase } from '../thread/database.ts';
import type { Place } from '../thread/place.ts';
import { lease, processName, toldOnce } from '../thread/process.ts';
import { userName } from '../user-name.ts';

/** What threads of a folder are served with. */
export interface Serving {
  /** Absent: they are kept in memory. */
  readonly place: Place | undefined;
  readonly model: Model;
  readonly mcp: McpTools | undefined;
  readonly rules: RulesWith;
  readonly work: boolean;
  readonly report: (sentence: string) => void;
}

/** The threads of this folder, and who started the program that serves them. */
export interface OpenThreads {
  readonly runtime: Runtime;
  readonly grants: GrantOptions;
  readonly who: Who;
  close(): Promise<void>;
}

/** Opens them, and works on them where that is wanted. */
export async function openThreads({ place, model, mcp, rules, work, report }: Serving): Promise<OpenThreads> {
  const { store, file, name } = await keptAt(place);
  const root = process.cwd();
  const granted = rules(storeGrants(store));
  const choice = { model };
  const chat = folderChat({ root, choice, mcp, rules: granted, keptIn: file, report });
  const context = (one: Thread): Thread => one;
  const about = { store, lease, work, context, name: processName(), onError: toldOnce(report) };
  const runtime = createRuntime({ chat: { [name]: chat }, ...about });
  const who: Who = {
    principal: userName() ?? 'somebody',
    tenant: place?.tenant ?? 'local',
    scopes: ['read', 'send', 'answer', 'decide', 'manage'],
  };
  return {
    runtime,
    grants: { rules: grantingOf(granted), tools: toolsBeside(root, mcp) },
    who,
    async close() {
      await runtime.close();
      await store.close();
    },
  };
}

interface Kept {
  readonly store: Store;
  readonly file: string | undefined;
  /** Of the chat. */
  readonly name: string;
}

async function keptAt(place: Place | undefined): Promise<Kept> {
  if (!place) return { store: memoryStore(), file: undefined, name: 'folder' };
  const { store, file } = await openDatabase(place);
  return { store, file, name: chatNameOf(place, process.cwd()) };
}
