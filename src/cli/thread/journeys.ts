import type { DecisionAnswer } from '../../chat/types.ts';
import type { Conversation } from '../../conversation/conversation.ts';
import type { ErrorCode } from '../../conversation/error.ts';
import type { ChatEvent, DoneEvent, EndEvent } from '../../conversation/event.ts';
import type { DurableChat } from '../../runtime/options.ts';

/** A thread that a worker took, or what became of it. */
export type Stage =
  | { readonly type: 'taken'; readonly thread: string }
  /** The tools whose calls wait. */
  | { readonly type: 'paused'; readonly thread: string; readonly waiting: readonly string[] }
  | { readonly type: 'done'; readonly thread: string; readonly finish: DoneEvent['finish'] }
  | { readonly type: 'failed'; readonly thread: string; readonly code: ErrorCode; readonly message: string }
  /** Somebody else goes on with it: the worker was told to stop, or was taken for dead. */
  | { readonly type: 'given up'; readonly thread: string };

/** A chat that tells which threads it is made to advance, and what becomes of each. */
export class Journeys implements DurableChat {
  readonly #chat: DurableChat;
  readonly #tell: (stage: Stage) => void;

  constructor(chat: DurableChat, tell: (stage: Stage) => void) {
    this.#chat = chat;
    this.#tell = tell;
  }

  get toolbox(): DurableChat['toolbox'] {
    return this.#chat.toolbox;
  }

  async *stream(conversation: Conversation, options: Parameters<DurableChat['stream']>[1]): AsyncGenerator<ChatEvent> {
    const thread = conversation.id;
    this.#tell({ type: 'taken', thread });
    let stage: Stage = { type: 'given up', thread };
    try {
      for await (const event of this.#chat.stream(conversation, options)) {
        stage = stageOf(event, conversation) ?? stage;
        yield event;
      }
    } finally {
      this.#tell(stage);
    }
  }

  decide(...decided: Parameters<DurableChat['decide']>): Promise<DecisionAnswer> {
    return this.#chat.decide(...decided);
  }
}

function stageOf(event: ChatEvent, conversation: Conversation): Stage | undefined {
  const thread = conversation.id;
  switch (event.type) {
    case 'paused':
      return { type: 'paused', thread, waiting: conversation.unsettled.map(({ name }) => name) };
    case 'done':
      return { type: 'done', thread, finish: event.finish };
    case 'error':
      return failed(thread, event);
    default:
      return undefined;
  }
}

/** A run that is given up is aborted, and nothing of that is stored. */
function failed(thread: string, { code, message }: EndEvent & { type: 'error' }): Stage {
  return code === 'fenced' ? { type: 'given up', thread } : { type: 'failed', thread, code, message };
}
