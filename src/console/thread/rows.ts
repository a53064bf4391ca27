import type { MessageOf, SomeTools } from '../../client/typed.ts';
import type { ThreadView } from '../../client/views.ts';
import { isSettled } from '../../conversation/move.ts';

/** A message, and how it stands among the others. */
export interface MessageRowAbout {
  readonly message: MessageOf<SomeTools>;
  /** It goes on with the answer before it: who speaks is not said again. */
  readonly isContinued: boolean;
  /** It is being written. */
  readonly isOpen: boolean;
  /** The last one of an answer that is over: it may be answered anew from this message on. */
  readonly answersFrom?: string;
  /** It is answered when what is before it is settled. */
  readonly isQueued: boolean;
}

/** The messages as rows; a row stays the same for as long as its message and its standing do. */
export function rowsOf(
  messages: readonly MessageOf<SomeTools>[],
  status: ThreadView['status'] | undefined,
): readonly MessageRowAbout[] {
  let answersFrom: string | undefined;
  let isBehindCall = false;
  return messages.map((message, at) => {
    const isAnswer = message.role === 'assistant';
    const before = messages[at - 1];
    const isContinued = isAnswer && before?.role === 'assistant';
    if (!isContinued) answersFrom = message.id;
    const isLast = at === messages.length - 1;
    const isOver = status === 'done' || status === 'failed';
    const isQueued = message.role === 'user' && isBehindCall;
    isBehindCall ||= message.parts.some((part) => part.type === 'tool' && !isSettled(part.call.state));
    return {
      message,
      isContinued,
      isOpen: isAnswer && isLast && status === 'working' && message.finish === undefined,
      isQueued,
      ...(isAnswer && isLast && isOver && answersFrom !== undefined && { answersFrom }),
    };
  });
}
