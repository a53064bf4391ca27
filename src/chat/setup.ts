import type { Conversation } from '../conversation/conversation.ts';
import { ChatError } from '../conversation/error.ts';
import type { AskModel } from './around.ts';
import type { Model, Settings } from './model.ts';
import type { ChatOptions } from './options.ts';
import type { RunSetup } from './run.ts';
import type { Toolbox } from './toolbox.ts';
import type { StreamBase, Tools } from './types.ts';

/** What one run is made of, beside its chat. */
interface Call {
  readonly conversation: Conversation;
  readonly options: StreamBase & { readonly context?: unknown };
}

/** The chat and the caller together, with every default filled in. Throws `ChatError` `invalid-request` without a conversation. */
export function setupOf(chat: ChatOptions<Tools, never>, toolbox: Toolbox, { conversation, options }: Call): RunSetup {
  const { output, commit, around, limits, children } = options;
  if (!conversation?.journal) throw new ChatError('invalid-request', `${conversation} is no conversation.`);
  return {
    ...chat,
    // Whatever else untyped code gives a run is not its to say.
    output,
    commit,
    around,
    limits,
    children,
    ...toolbox,
    settings: settingsOf(chat, options),
    conversation,
    model: options.model ?? chat.model,
    context: options.context,
    maxSteps: (options.maxSteps ?? chat.maxSteps ?? 16) + (options.continue ? conversation.run.steps : 0),
    concurrency: chat.concurrency ?? 64,
    ask: options.ask ?? streamed,
    report: chat.onError ?? logged,
  };
}

/** Throws `ChatError` `invalid-request` for what is no model. */
export function demandModel(model: Model | undefined): void {
  if (model?.stream) return;
  const needed = 'one is needed, such as `openai()`';
  throw new ChatError('invalid-request', `\`model\` is ${model}: ${needed}.`);
}

const streamed: AskModel = (model, request) => model.stream(request);

function logged(error: unknown, errorId: string): void {
  console.error(`yourcall: error ${errorId}:`, error);
}

/** Later ones are laid over earlier ones, one by one. */
function settingsOf(chat: ChatOptions<Tools, never>, options: StreamBase): Settings {
  const { toolChoice, headers, providerOptions } = options;
  const given = Object.entries({ toolChoice, headers, providerOptions }).filter(([, value]) => value !== undefined);
  return { ...chat.settings, ...options.settings, ...Object.fromEntries(given) };
}
