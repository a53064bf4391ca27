import { createChat } from '../chat/chat.ts';
import type { AnyTool, ToolSet } from '../chat/tool.ts';
import type { Chat } from '../chat/types.ts';
import type { McpTools } from '../mcp/mcp-tools.ts';
import { visible } from '../wire/plain-text.ts';
import type { ModelChoice } from './model-choice.ts';
import { isPlayground } from './playground.ts';
import { ruled } from './rules/ruled.ts';
import type { CliRules } from './rules/ruled.ts';
import { messageOf } from './sentence.ts';
import { workspaceTools } from './workspace/workspace.ts';

/** What the chat about a folder is made of. */
export interface FolderChat {
  /** The folder: absolute. */
  readonly root: string;
  readonly choice: Pick<ModelChoice, 'model'>;
  /** The file that keeps its conversations (absolute, free of links), if one does: no tool sees it or touches it. */
  readonly keptIn?: string | undefined;
  /** Its tools stand beside those of the folder. */
  readonly mcp?: McpTools | undefined;
  /** What runs without asking, and what is denied. */
  readonly rules?: CliRules | undefined;
  /** How the model is to answer. Default: plain text. */
  readonly format?: 'Markdown' | 'plain text' | undefined;
  /** Told in a sentence of what broke in a tool. */
  readonly report: (sentence: string) => void;
}

/** The tools that a chat about a folder has, as they are now. */
export function toolsIn(root: string, mcp: McpTools | undefined): ToolSet {
  return { ...workspaceTools({ root, playground: isPlayground(root) }), ...mcp?.tools };
}

/** Their names. */
export function toolNames(root: string, mcp: McpTools | undefined): readonly string[] {
  return Object.keys(toolsIn(root, mcp));
}

/** Finds the tools that a chat about a folder has, by their names. */
export function toolsBeside(root: string, mcp: McpTools | undefined): (name: string) => AnyTool | undefined {
  const own = workspaceTools({ root, playground: isPlayground(root) });
  const find = (set: ToolSet, name: string): AnyTool | undefined => (Object.hasOwn(set, name) ? set[name] : undefined);
  // Those of servers change while they run.
  return (name) => find(own, name) ?? find(mcp?.tools ?? {}, name);
}

/** The chat about the files of a folder. */
export function folderChat({ root, choice, keptIn, mcp, rules, report, format = 'plain text' }: FolderChat): Chat {
  const folder = { root, playground: isPlayground(root), ...(keptIn !== undefined && { talk: keptIn }) };
  const own = workspaceTools(folder);
  const make = (tools: ToolSet): Chat =>
    createChat({
      model: choice.model,
      step: () => ({ model: choice.model }),
      instructions:
        `You help a person in a terminal with the files of one folder, ${root}. Use the tools to look before you ` +
        'answer and to do what is asked. Paths are relative to that folder. The person is asked before anything is ' +
        `changed, so do not ask for permission yourself. Answer briefly, in ${format}.`,
      tools: [own, tools].map((set) => (rules ? ruled(set, rules) : set)),
      onError: (error, errorId) => report(`Error ${errorId}: ${visible(messageOf(error))}.`),
    }) as Chat;
  return mcp ? mcp.chatWith(make) : make({});
}
