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
  if (!conversation?.journal) throw new ChatError('invalid-request', `${conversation} is no conversation.`);
  return {
    ...chat,
    // Whatever else untyped code gives a run is not its to say.
    output: options.output,
    commit: options.commit,
    around: options.around,
    limits: options.limits,
    children: options.children,
    context: options.context,
    ...toolbox,
    settings: settingsOf(chat, options),
    conversation,
    model: options.model ?? chat.model,
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

/** Later ones are laid over earlier ones, one by one. Of most runs they are the same object: wires know it again. */
function settingsOf({ settings = none }: ChatOptions<Tools, never>, options: StreamBase): Settings {
  const { settings: own, toolChoice, headers, providerOptions } = options;
  if (!own && !toolChoice && !headers && !providerOptions) return settings;
  return {
    ...settings,
    ...own,
    ...(toolChoice && { toolChoice }),
    ...(headers && { headers }),
    ...(providerOptions && { providerOptions }),
  };
}

const none: Settings = {};
