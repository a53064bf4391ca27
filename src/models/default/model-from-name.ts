import type { Model } from '../../chat/model.ts';
import { ChatError } from '../../conversation/error.ts';
import { addressFor } from '../compatible/address.ts';
import { compatible } from '../compatible/index.ts';
import { demo } from '../demo/demo.ts';
import { keyVariableSet, providers } from './providers.ts';
import type { Provider } from './providers.ts';

/** How a model is reached that is given by its name. */
export interface NamedModelOptions {
  /** Another address than the provider's own; with it any provider's name will do. */
  readonly baseURL?: string;
  /** Milliseconds between the pieces of what the demo says. */
  readonly pace?: number;
}

/**
 * A model by its name, `provider/model`: `openai/gpt-5`, `groq/openai/gpt-oss-120b`, `ollama/qwen3`, `demo/rules-1`.
 * Throws `ChatError`: `invalid-request` for a provider that is not known, `auth` when its key is missing.
 */
export function modelFromName(name: string, { baseURL, pace }: NamedModelOptions = {}): Model {
  const slash = name.indexOf('/');
  const provider = name.slice(0, Math.max(slash, 0));
  const model = name.slice(slash + 1);
  if (provider === '' || model === '') {
    throw unknown(`A model is named provider/model, as in openai/gpt-5; ${JSON.stringify(name)} is not.`);
  }
  if (provider === 'demo' && model === 'rules-1') return demo({ ...(pace !== undefined && { pace }) });
  const known = providerOf(provider);
  // A server that is named openai need not be OpenAI's.
  if (baseURL !== undefined && (!known || provider === 'openai')) return compatible({ provider, model, baseURL });
  if (!known) throw unknown(`There is no model ${JSON.stringify(name)} here. Known providers: ${names()}.`);
  if (baseURL === undefined) demandKey(name, known);
  return known.model(model, { ...(baseURL !== undefined && { baseURL }) });
}

/** Where a model's provider is, for people who want to know where their words go. */
export function addressOf({ provider, id }: Pick<Model, 'provider' | 'id'>): string | undefined {
  const known = providerOf(provider);
  return known && addressFor(known.baseURL, provider, id);
}

function providerOf(name: string): Provider | undefined {
  return Object.hasOwn(providers, name) ? providers[name] : undefined;
}

function names(): string {
  return ['demo', ...Object.keys(providers)].join(', ');
}

function unknown(message: string): ChatError {
  return new ChatError('invalid-request', message);
}

function demandKey(name: string, provider: Provider): void {
  const { keyVariable, keyIsOptional } = provider;
  if (keyVariable === undefined || keyIsOptional || keyVariableSet(provider) !== undefined) return;
  throw new ChatError('auth', `The model ${name} needs an API key: set ${keyVariable}.`);
}
