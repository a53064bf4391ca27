import type { Chat } from '../chat/types.ts';
import type { McpTools } from '../mcp/mcp-tools.ts';
import type { Thread } from '../store/thread.ts';
import type { Granter } from './grants/granter.ts';
import type { ModelChoice } from './model-choice.ts';
import type { Options } from './options.ts';
import type { RulesWith } from './rules/ruled.ts';
import type { Session } from './session.ts';

/** What a talk needs that may be kept. */
export interface Keep {
  readonly options: Options;
  /** The folder that it is about. */
  readonly root: string;
  readonly choice: ModelChoice;
  /** Whose tools stand beside those of the folder. */
  readonly mcp?: McpTools | undefined;
  readonly rules: RulesWith;
  /** How the model is to answer. */
  readonly format: 'Markdown' | 'plain text';
  /** Told in a sentence of what goes wrong beside the talk. */
  readonly report: (sentence: string) => void;
  /** Told what is worth knowing beside the talk. */
  readonly note: (sentence: string) => void;
}

/** A talk in the place that keeps it. */
export interface Keeping {
  readonly chat: Chat;
  readonly session: Session;
  readonly granter: Granter;
  /** Where it is kept, for the first lines. */
  readonly where: string;
  /** What else is to be known at the beginning. */
  readonly notes: readonly string[];
  /** How to come back to it, in a sentence; with or without something that waits. Nothing where nobody needs to know. */
  comeBack(isWaiting: boolean): string | undefined;
  /** The threads of this folder, the one that changed last first; absent where the talk is none. */
  readonly threads?: () => Promise<readonly Thread[]>;
  close(): Promise<void>;
}
