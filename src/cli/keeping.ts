import { resolve } from 'node:path';
import { Conversation } from '../conversation/conversation.ts';
import { back } from './back.ts';
import { folderChat, toolsBeside } from './folder-chat.ts';
import { Granter } from './grants/granter.ts';
import { mcpOptions } from './mcp/flags.ts';
import type { Keep, Keeping } from './keep.ts';
import { memoryGrants } from '../rules/grant.ts';
import type { CliRules } from './rules/ruled.ts';
import { userName } from './user-name.ts';
import { LocalSession } from './local-session.ts';
import { visible } from '../wire/plain-text.ts';
import { TalkFile } from './talk-file.ts';

/** In memory, in a file, or as a thread. Throws `ChatError` when it cannot be opened. */
export async function openKeeping(keep: Keep): Promise<Keeping> {
  const { database, file } = keep.options;
  if (database) return (await import('./thread/keeping.ts')).inThread(keep, database);
  return file === undefined ? inMemory(keep) : inFile(keep, file);
}

function inMemory(keep: Keep): Keeping {
  const conversation = new Conversation();
  const { rules, granter } = grantingIn(keep, conversation);
  const chat = folderChat({ ...keep, rules });
  return {
    chat,
    granter,
    session: new LocalSession({ chat, conversation, commit: () => {} }),
    where: 'in memory only; --file talk.json keeps it',
    notes: [],
    comeBack: (isWaiting) =>
      isWaiting
        ? 'This talk was kept in memory only, so it ends here and nothing of this is done. With --file talk.json it would wait.'
        : undefined,
    close: async () => {},
  };
}

function inFile(keep: Keep, name: string): Keeping {
  const file = TalkFile.open(name);
  const granting = grantingIn(keep, file.conversation);
  const chat = folderChat({ ...keep, rules: granting.rules, keptIn: file.path });
  const { mcp, rules } = keep.options;
  const again = (): string => back({ ...keep.choice.options, ...mcpOptions(mcp), '--rules': rules, '--file': name });
  return {
    chat,
    granter: granting.granter,
    session: new LocalSession({ chat, conversation: file.conversation, commit: file.commit }),
    where: `in ${visible(resolve(name))}; delete it to begin anew`,
    notes: [],
    comeBack: (isWaiting) => {
      if (isWaiting) return `It waits in ${visible(name)}. Come back with: ${again()}`;
      // In a pipe nobody is there to come back.
      const isKept = process.stdin.isTTY && file.conversation.messages.length > 0;
      return isKept ? `It is kept in ${visible(name)}. Come back with: ${again()}` : undefined;
    },
    close: async () => file.close(),
  };
}

/** What is granted in a talk that no store keeps ends with the program. */
function grantingIn(keep: Keep, { id }: Conversation): { readonly rules: CliRules; readonly granter: Granter } {
  const { root, mcp } = keep;
  const tenant = 'local';
  const rules = keep.rules(memoryGrants(), { tenant, thread: id });
  const who = { tenant, by: userName() };
  return { rules, granter: new Granter({ rules, tool: toolsBeside(root, mcp), ...who, scopes: ['thread', 'hour'] }) };
}
