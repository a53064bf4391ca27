import { resolve } from 'node:path';
import type { Model } from '../chat/model.ts';
import type { Chat } from '../chat/types.ts';
import type { McpTools } from '../mcp/mcp-tools.ts';
import { Conversation } from '../conversation/conversation.ts';
import { back } from './back.ts';
import { folderChat } from './folder-chat.ts';
import { mcpOptions } from './mcp/flags.ts';
import { LocalSession } from './local-session.ts';
import type { Options } from './options.ts';
import { visible } from '../wire/plain-text.ts';
import type { Session } from './session.ts';
import { TalkFile } from './talk-file.ts';

/** What a talk needs that may be kept. */
export interface Keep {
  readonly options: Options;
  /** The folder that it is about. */
  readonly root: string;
  readonly model: Model;
  /** Whose tools stand beside those of the folder. */
  readonly mcp?: McpTools | undefined;
  /** Told in a sentence of what goes wrong beside the talk. */
  readonly report: (sentence: string) => void;
  /** Told what is worth knowing beside the talk. */
  readonly note: (sentence: string) => void;
}

/** A talk in the place that keeps it. */
export interface Keeping {
  readonly chat: Chat;
  readonly session: Session;
  /** Where it is kept, for the first lines. */
  readonly where: string;
  /** What else is to be known at the beginning. */
  readonly notes: readonly string[];
  /** How to come back to it, in a sentence; with or without something that waits. Nothing where nobody needs to know. */
  comeBack(isWaiting: boolean): string | undefined;
  close(): Promise<void>;
}

/** In memory, in a file, or as a thread. Throws `ChatError` when it cannot be opened. */
export async function openKeeping(keep: Keep): Promise<Keeping> {
  const { database, file } = keep.options;
  if (database) return (await import('./thread/keeping.ts')).inThread(keep, database);
  return file === undefined ? inMemory(keep) : inFile(keep, file);
}

function inMemory(keep: Keep): Keeping {
  const chat = folderChat(keep);
  return {
    chat,
    session: new LocalSession({ chat, conversation: new Conversation(), commit: () => {} }),
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
  const chat = folderChat({ ...keep, keptIn: file.path });
  const { model, baseURL } = keep.options;
  const again = back({ '--model': model, '--base-url': baseURL, ...mcpOptions(keep.options.mcp), '--file': name });
  return {
    chat,
    session: new LocalSession({ chat, conversation: file.conversation, commit: file.commit }),
    where: `in ${visible(resolve(name))}; delete it to begin anew`,
    notes: [],
    comeBack: (isWaiting) => (isWaiting ? `It waits in ${visible(name)}. Come back with: ${again}` : undefined),
    close: async () => file.close(),
  };
}
