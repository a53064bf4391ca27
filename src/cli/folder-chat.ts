import { createChat } from '../chat/chat.ts';
import type { Model } from '../chat/model.ts';
import type { ToolSet } from '../chat/tool.ts';
import type { Chat } from '../chat/types.ts';
import type { McpTools } from '../mcp/mcp-tools.ts';
import { visible } from '../wire/plain-text.ts';
import { isPlayground } from './playground.ts';
import { messageOf } from './sentence.ts';
import { workspaceTools } from './workspace/workspace.ts';

/** What the chat about a folder is made of. */
export interface FolderChat {
  /** The folder: absolute. */
  readonly root: string;
  readonly model: Model;
  /** The file that keeps its conversations (absolute, free of links), if one does: no tool sees it or touches it. */
  readonly keptIn?: string | undefined;
  /** Its tools stand beside those of the folder. */
  readonly mcp?: McpTools | undefined;
  /** Told in a sentence of what broke in a tool. */
  readonly report: (sentence: string) => void;
}

/** The chat about the files of a folder. */
export function folderChat({ root, model, keptIn, mcp, report }: FolderChat): Chat {
  const folder = { root, playground: isPlayground(root), ...(keptIn !== undefined && { talk: keptIn }) };
  const own = workspaceTools(folder);
  const make = (tools: ToolSet): Chat =>
    createChat({
      model,
      instructions:
        `You help a person in a terminal with the files of one folder, ${root}. Use the tools to look before you ` +
        'answer and to do what is asked. Paths are relative to that folder. The person is asked before anything is ' +
        'changed, so do not ask for permission yourself. Answer briefly, in plain text.',
      tools: [own, tools],
      onError: (error, errorId) => report(`Error ${errorId}: ${visible(messageOf(error))}.`),
    }) as Chat;
  return mcp ? mcp.chatWith(make) : make({});
}
