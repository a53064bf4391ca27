import type { ToolSet } from '../../chat/tool.ts';
import type { Thread } from '../../store/thread.ts';
import type { Attachment } from '../attachments.ts';
import type { ModelChoice } from '../model-choice.ts';
import type { Screen } from '../screen.ts';
import type { Session } from '../session.ts';

/** What a command of a talk acts on. */
export interface Surroundings {
  readonly screen: Screen;
  readonly session: Session;
  /** As they are now. */
  readonly tools: () => ToolSet;
  /** Whether a file of rules speaks before the tools. */
  readonly hasRules: boolean;
  readonly choice: ModelChoice;
  /** The threads beside this one, the one that changed last first; absent where the talk is none. */
  readonly threads?: (() => Promise<readonly Thread[]>) | undefined;
}

/** What a command wants of the talk. */
export type Wish =
  | { readonly type: 'attach'; readonly attachment: Attachment }
  | { readonly type: 'go'; readonly thread: string | undefined }
  | { readonly type: 'leave' };

/** A command of a talk: a line that begins with a slash. */
export interface TalkCommand {
  /** Without the slash. */
  readonly name: string;
  /** What stands behind it. */
  readonly takes?: string;
  /** What it does, in a few words. */
  readonly says: string;
  run(around: Surroundings, rest: string): Promise<Wish | void>;
  /** What may be meant by `rest`. */
  complete?(around: Surroundings, rest: string): Promise<readonly string[]>;
}
