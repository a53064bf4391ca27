import type { Conversation } from '../conversation/conversation.ts';
import { ChatError } from '../conversation/error.ts';
import { isEnd } from '../conversation/event.ts';
import { textOf } from '../conversation/message.ts';
import { declare, mergeTools } from './declare.ts';
import { weigh } from './decide.ts';
import type { Decided } from './decide.ts';
import type { Model, Settings } from './model.ts';
import { Run } from './run.ts';
import { seenOf } from './seen.ts';
import { EventStream } from './stream.ts';
import type { ToolSet } from './tool.ts';
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
import { waitingCalls } from './waiting.ts';

/** What a chat is made of. */
export interface ChatOptions<T extends Tools, Context> {
  readonly model: Model;
  /** What the model is told before all else; never stored. */
  readonly instructions?: string | ((context: Context) => string);
  readonly tools?: T;
  readonly settings?: Settings;
  /** Model calls since the last word of the user, after which a run ends with `step-limit`. Default: 16. */
  readonly maxSteps?: number;
  /** How many tools run at once. Default: 16; 1 keeps the order. */
  readonly concurrency?: number;
  /** Told of what a tool or policy threw; model and clients get only the id. Default: `console.error`. */
  readonly onError?: (error: unknown, errorId: string) => void;
}

/**
 * Makes a chat: a model, tools, and how they work together.
 * Throws `ChatError` `invalid-request` when two tools share a name or a schema cannot be described.
 *
 * @example
 * const chat = createChat({ model: openai.chat('gpt-5'), tools: { refund } });
 * for await (const event of chat.stream(conversation)) if (event.type === 'text') process.stdout.write(event.delta);
 */
export function createChat<const T extends Tools = Record<never, never>>(
  options: ChatOptions<T, ContextOf<MergedTools<T>>>,
): Chat<MergedTools<T>, ContextOf<MergedTools<T>>> {
  const engine = new Engine(options);
  // The engine knows tools by name at run time; their types are told here.
  return engine as unknown as Chat<MergedTools<T>, ContextOf<MergedTools<T>>>;
}

type AnyOptions = StreamBase & { readonly context?: unknown };

class Engine {
  readonly #options: ChatOptions<Tools, never>;
  readonly #tools: ToolSet;
  readonly #declarations: ReturnType<typeof declare>;
  readonly #kept = new WeakMap<Conversation, Map<unknown, unknown>>();
  readonly #deciding = new WeakMap<Conversation, Promise<unknown>>();

  constructor(options: ChatOptions<Tools, never>) {
    this.#options = options;
    this.#tools = mergeTools(options.tools ?? {});
    this.#declarations = declare(this.#tools);
  }

  stream(conversation: Conversation, options: AnyOptions = {}): EventStream {
    return new EventStream(this.#run(conversation, options), options.signal);
  }

  async complete(conversation: Conversation, options: AnyOptions = {}): Promise<Completed> {
    for await (const event of this.stream(conversation, options)) {
      if (!isEnd(event) || event.type === 'error') continue;
      const last = conversation.messages.at(-1);
      return { text: last?.role === 'assistant' ? textOf(last) : '', ...event, steps: conversation.run.steps };
    }
    throw new ChatError('incomplete-response', 'The run ended without an end.');
  }

  waiting(conversation: Conversation): ReturnType<typeof waitingCalls> {
    return waitingCalls(conversation);
  }

  /** Decisions about one conversation are taken one after the other (rule D3). */
  decide(...[conversation, given, decision, options = {}]: DecideArguments): Promise<DecisionAnswer> {
    const id = typeof given === 'string' ? given : given.id;
    const seen = typeof given === 'string' ? undefined : seenOf(given);
    const decided: Decided = { decision, by: options.by, seen };
    const decide = (): Promise<DecisionAnswer> => this.#decide(this.#run(conversation, options), id, decided);
    const turn = (this.#deciding.get(conversation) ?? Promise.resolve()).then(decide, decide);
    this.#deciding.set(conversation, turn);
    return turn;
  }

  async #decide(run: Run, id: string, decided: Decided): Promise<DecisionAnswer> {
    const { conversation } = run;
    const call = conversation.findCall(id);
    if (!call)
      throw new ChatError(
        'invalid-request',
        `Tool call ${JSON.stringify(id)} is not in conversation ${conversation.id}.`,
      );
    const outcome = await weigh(run, call, decided);
    if (outcome.type !== 'move') return outcome;
    const event = { type: 'tool', call: outcome.change } as const;
    // A run may have moved the call while policies were asked.
    if (conversation.findCall(id)?.revision !== call.revision) return this.#decide(run, id, decided);
    if (run.setup.commit) await run.commit([event]);
    else conversation.record([event]);
    if (outcome.answer === 'again') return this.#decide(run, id, decided);
    return { type: outcome.answer, call: conversation.findCall(id)! };
  }

  #run(conversation: Conversation, options: AnyOptions): Run {
    const chat = this.#options;
    const { instructions } = chat;
    const context = options.context;
    return new Run({
      conversation,
      model: options.model ?? chat.model,
      tools: this.#tools,
      declarations: this.#declarations,
      // The types of `createChat` and `stream` see to it that this is the context the function wants.
      instructions: typeof instructions === 'function' ? instructions(context as never) : instructions,
      settings: { ...chat.settings, ...options.settings },
      context,
      maxSteps: (options.maxSteps ?? chat.maxSteps ?? 16) + (options.continue ? conversation.run.steps : 0),
      concurrency: chat.concurrency ?? 16,
      kept: this.#keptFor(conversation),
      commit: options.commit,
      report: chat.onError ?? ((error, errorId) => console.error(`yourcall: error ${errorId}:`, error)),
    });
  }

  #keptFor(conversation: Conversation): Map<unknown, unknown> {
    let kept = this.#kept.get(conversation);
    if (!kept) this.#kept.set(conversation, (kept = new Map()));
    return kept;
  }
}

type DecideArguments = [
  conversation: Conversation,
  call: Parameters<Chat['decide']>[1],
  decision: Decided['decision'],
  options?: DecideOptions,
];
