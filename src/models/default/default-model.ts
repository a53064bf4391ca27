import type { Model } from '../../chat/model.ts';
import { ChatError } from '../../conversation/error.ts';
import { compatible, presets } from '../compatible/index.ts';
import type { PresetName } from '../compatible/index.ts';
import { demo } from '../demo/demo.ts';
import { environmentVariable } from '../environment.ts';
import { openai } from '../openai/index.ts';
import { findLocalModel } from './local.ts';

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

/** Keys that are looked for, in this order, and the model that is taken when there is one. */
const byKey: readonly (readonly [provider: 'openai' | PresetName, variable: string, model: string])[] = [
  ['openai', 'OPENAI_API_KEY', 'gpt-5-mini'],
  ['openrouter', 'OPENROUTER_API_KEY', 'openai/gpt-5-mini'],
  ['groq', 'GROQ_API_KEY', 'openai/gpt-oss-120b'],
  ['cerebras', 'CEREBRAS_API_KEY', 'gpt-oss-120b'],
  ['mistral', 'MISTRAL_API_KEY', 'mistral-small-latest'],
  ['deepseek', 'DEEPSEEK_API_KEY', 'deepseek-chat'],
  ['xai', 'XAI_API_KEY', 'grok-4'],
];

/**
 * The model to take when none is named: one whose key stands in the environment, else a verified Ollama or LM Studio
 * on this machine, else the demo. With `NODE_ENV=production` there is no demo: it throws `ChatError` `auth`.
 */
export async function defaultModel({ fetch, pace }: DefaultModelOptions = {}): Promise<ChosenModel> {
  for (const [provider, variable, model] of byKey) {
    if (environmentVariable(variable) !== undefined) return keyed(provider, variable, model);
  }
  const local = await findLocalModel(fetch);
  if (local) {
    const { preset, model } = local;
    const because = `no key in the environment, and ${preset} answers on this machine`;
    return { model: compatible({ provider: preset, model }), because, where: 'nothing leaves this machine' };
  }
  const variables = byKey.map(([, variable]) => variable).join(', ');
  if (environmentVariable('NODE_ENV') === 'production') {
    throw new ChatError('auth', `There is no model to talk to: name one, or set one of ${variables}.`);
  }
  return {
    model: demo({ ...(pace !== undefined && { pace }) }),
    because: 'no key in the environment and no model on this machine: the built-in demo, a set of rules, not an AI',
    where: 'nothing leaves this machine',
  };
}

function keyed(provider: 'openai' | PresetName, variable: string, model: string): ChosenModel {
  const because = `${variable} is set`;
  if (provider === 'openai') return { model: openai(model), because, where: 'https://api.openai.com/v1' };
  return { model: compatible({ provider, model }), because, where: presets[provider].baseURL };
}
