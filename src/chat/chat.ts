import type { Conversation } from '../conversation/conversation.ts';
import type { Decision } from '../conversation/decision.ts';
import { ChatError } from '../conversation/error.ts';
import { completed } from './completed.ts';
import { toolboxOf } from './declare.ts';
import type { ChatOptions } from './options.ts';
import { demandModel, setupOf } from './setup.ts';
import { Run } from './run.ts';
import { EventStream } from './stream.ts';
import { toolEngine } from './tool-engine.ts';
import type { Toolbox } from './toolbox.ts';
import type {
  Chat,
  Completed,
  ContextOf,
  DecideOptions,
  DecisionAnswer,
  MergedTools,
  StreamBase,
  Tools,
} from './types.ts';
import { waitingCalls } from '../conversation/waiting.ts';

/**
 * Makes a chat: a model, tools, and how they work together.
 * Throws `ChatError` `invalid-request` without a model, when two tools share a name, or a schema cannot be described.
 *
 * @example
 * const chat = createChat({ model: openai('gpt-5'), tools: { refund } });
 * for await (const event of chat.stream(conversation)) if (event.type === 'text') process.stdout.write(event.delta);
 */
export function createChat<const T extends Tools = Record<never, never>>(
  options: ChatOptions<T, ContextOf<MergedTools<T>>>,
): Chat<MergedTools<T>, ContextOf<MergedTools<T>>> {
  const engine = new Engine(options as unknown as ChatOptions<Tools, never>);
  // The engine knows tools by name at run time; their types are told here.
  return engine as unknown as Chat<MergedTools<T>, ContextOf<MergedTools<T>>>;
}

type AnyOptions = StreamBase & { readonly context?: unknown };

class Engine {
  readonly #options: ChatOptions<Tools, never>;
  readonly toolbox: Toolbox;
  readonly #deciding = new WeakMap<Conversation, Promise<unknown>>();

  constructor(options: ChatOptions<Tools, never>) {
    this.#options = options;
    const { concurrency = 1, maxSteps = 1, model } = options;
    demandModel(model);
    for (const [name, value] of Object.entries({ concurrency, maxSteps })) {
      if (!(value >= 1)) throw new ChatError('invalid-request', `\`${name}\` is ${value}: at least 1 is needed.`);
    }
    this.toolbox = toolboxOf(options.tools ?? {});
    // It is there by the time a model has called one.
    // Whoever needs it is told when it does not come.
    if (this.toolbox.declarations.length > 0) toolEngine().catch(() => {});
  }

  stream(conversation: Conversation, options: AnyOptions = {}): EventStream {
    return new EventStream(this.#run(conversation, options), options.signal);
  }

  complete(conversation: Conversation, options: AnyOptions = {}): Promise<Completed> {
    return completed(conversation, this.stream(conversation, options));
  }

  waiting(conversation: Conversation): ReturnType<typeof waitingCalls> {
    return waitingCalls(conversation);
  }

  /** Decisions about one conversation are taken one after the other (rule D3). */
  decide(...[conversation, given, decision, options = {}]: DecideArguments): Promise<DecisionAnswer> {
    const decide = async (): Promise<DecisionAnswer> => {
      const { decideIn } = await toolEngine();
      const { by, groups, seen } = options;
      return decideIn(this.#run(conversation, options), given, { decision, by, groups, seen });
    };
    const turn = (this.#deciding.get(conversation) ?? Promise.resolve()).then(decide, decide);
    this.#deciding.set(conversation, turn);
    return turn;
  }

  #run(conversation: Conversation, options: AnyOptions): Run {
    return new Run(setupOf(this.#options, this.toolbox, { conversation, options }));
  }
}

type DecideArguments = [
  conversation: Conversation,
  call: Parameters<Chat['decide']>[1],
  decision: Decision,
  options?: DecideOptions,
];
