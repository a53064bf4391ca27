import type { Message } from '../conversation/message.ts';
import { hookFailed } from './hooks.ts';
import type { Additions, Step, View } from './hooks.ts';
import type { Model, ModelRequest, Settings } from './model.ts';
import type { Run } from './run.ts';
import { loadedEngine, toolEngine } from './tool-engine.ts';

/** One model call, decided: which model is asked what, or that the run ends here. */
export interface Plan {
  readonly model: Model;
  readonly request: Omit<ModelRequest, 'signal' | 'messages'>;
  /** What the model sees of the messages. */
  readonly see: View;
  readonly stop: boolean;
}

/** Plans a step: the chat, the caller, `before` and the `step` hook together. */
export function planStep(run: Run): Plan | Promise<Plan> {
  const { before, step, instructions } = run.setup;
  const simple = !before && !step && typeof instructions !== 'function';
  return simple ? planOf(run, {}, instructions) : planByHooks(run);
}

/** The code for them is loaded when a chat has some. */
async function planByHooks(run: Run): Promise<Plan> {
  const { askHooks } = await toolEngine();
  const { step, instructions } = await askHooks(run);
  return planOf(run, step, instructions);
}

function planOf({ setup, conversation, additions }: Run, step: Step, instructions: string | undefined): Plan {
  const { declarations, providerDeclarations } = setup;
  const { view } = step;
  const chosen = <Tool extends { readonly name: string }>(tools: readonly Tool[]): readonly Tool[] =>
    step.tools ? tools.filter(({ name }) => step.tools?.includes(name)) : tools;
  const providerTools = chosen(providerDeclarations);
  const plan: Plan = {
    model: step.model ?? setup.model,
    stop: step.stop === true,
    see: (messages) => withAdditions(view ? seen(view, messages) : messages, additions),
    request: {
      ...(instructions !== undefined && { instructions }),
      tools: chosen(declarations),
      ...(providerTools.length > 0 && { providerTools }),
      settings: settingsOf(setup.settings, step),
      kept: conversation.kept,
    },
  };
  const engine = setup.output && loadedEngine();
  return engine ? { ...plan, request: engine.planOutput(setup, plan) } : plan;
}

function seen(view: View, messages: readonly Message[]): readonly Message[] {
  try {
    const shown = view(messages);
    // What is none of these is the hook's mistake, not the model's that would stumble over it.
    shown.map(({ parts }) => parts.map(({ type }) => type));
    return shown;
  } catch (cause) {
    throw hookFailed('view', cause);
  }
}

function withAdditions(messages: readonly Message[], additions: Additions | undefined): readonly Message[] {
  if (!additions?.messages) return messages;
  const at = messages.findLastIndex(({ role }) => role === 'user');
  return messages.toSpliced(at, 0, ...additions.messages);
}

function settingsOf(settings: Settings, { settings: own, toolChoice }: Step): Settings {
  if (!own && !toolChoice) return settings;
  return { ...settings, ...own, ...(toolChoice && { toolChoice }) };
}
