import type { Child } from '../conversation/child.ts';
import type { Usage } from '../conversation/usage.ts';
import type { HandOut } from './tool.ts';

/** Keeps the threads that calls are handed to (rule C3): a runtime does. */
export interface Children {
  /** Names the thread for what is handed out, or says why it may not be. */
  admit(task: HandOut['thread']): { readonly thread: string } | { readonly refused: string };
  /** What a thread has come to; nothing while it goes on. */
  answerOf(child: Child): ChildAnswer | undefined;
}

/** How a thread ended that a call was handed to. */
export type ChildAnswer = ({ readonly output: unknown } | { readonly failed: string }) & {
  /** Absent where that is not known. */
  readonly spent?: Usage;
};
