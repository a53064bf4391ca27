import type { Model } from '../../chat/model.ts';
import { ChatError } from '../../conversation/error.ts';
import { demo } from '../demo/demo.ts';
import { environmentVariable } from '../environment.ts';
import { findLocalModel } from './local.ts';
import { addressOf, modelFromName } from './model-from-name.ts';
import { keyVariableSet, providers } from './providers.ts';

/** A model, and why it was taken. */
export interface ChosenModel {
  readonly model: Model;
  /** In words, for people. */
  readonly because: string;
  /** Where what is said goes: an address, or that it stays on this machine. */
  readonly where: string;
}

/** How the choice is made. */
export interface DefaultModelOptions {
  readonly fetch?: typeof fetch;
  /** Milliseconds between the pieces of what the demo says. */
  readonly pace?: number;
}

/** Providers whose keys are looked for, in this order. */
const byKey = ['openai', 'anthropic', 'google', 'openrouter', 'groq', 'cerebras', 'mistral', 'deepseek', 'xai'];

/**
 * The model to take when none is named: one whose key stands in the environment, else a verified Ollama or LM Studio
 * on this machine, else the demo. With `NODE_ENV=production` there is no demo: it throws `ChatError` `auth`.
 */
export async function defaultModel({ fetch, pace }: DefaultModelOptions = {}): Promise<ChosenModel> {
  const keyed = modelByKey();
  if (keyed) return keyed;
  const local = await findLocalModel(fetch);
  if (local) {
    const { provider, model } = local;
    const because = `no key in the environment, and ${provider} answers on this machine`;
    return { model: modelFromName(`${provider}/${model}`), because, where: 'nothing leaves this machine' };
  }
  if (environmentVariable('NODE_ENV') === 'production') {
    const variables = byKey.map((provider) => providers[provider]?.keyVariable);
    throw new ChatError('auth', `There is no model to talk to: name one, or set one of ${variables.join(', ')}.`);
  }
  return {
    model: demo({ ...(pace !== undefined && { pace }) }),
    because: 'no key in the environment and no model on this machine: the built-in demo, a set of rules, not an AI',
    where: 'nothing leaves this machine',
  };
}

/** The model of the first provider whose key stands in the environment. */
export function modelByKey(): ChosenModel | undefined {
  for (const provider of byKey) {
    const known = providers[provider]!;
    const variable = keyVariableSet(known);
    if (variable === undefined) continue;
    const model = modelFromName(`${provider}/${known.example}`);
    return { model, because: `${variable} is set`, where: addressOf(model) ?? provider };
  }
  return undefined;
}
