import type { Model } from '../../chat/model.ts';
import { ChatError } from '../../conversation/error.ts';
import { compatible, presets } from '../compatible/index.ts';
import type { PresetName } from '../compatible/index.ts';
import { demo } from '../demo/demo.ts';
import { environmentVariable } from '../environment.ts';
import { openai } from '../openai/index.ts';

/** How a model is reached that is given by its name. */
export interface NamedModelOptions {
  /** Another address than the provider's own; with it any provider's name will do. */
  readonly baseURL?: string;
  /** Milliseconds between the pieces of what the demo says. */
  readonly pace?: number;
}

/**
 * A model by its name, `provider/model`: `openai/gpt-5`, `groq/openai/gpt-oss-120b`, `demo/rules-1`.
 * Throws `ChatError`: `invalid-request` for a provider that is not known, `auth` when its key is missing.
 */
export function modelFromName(name: string, { baseURL, pace }: NamedModelOptions = {}): Model {
  const slash = name.indexOf('/');
  const provider = name.slice(0, Math.max(slash, 0));
  const model = name.slice(slash + 1);
  if (provider === '' || model === '') {
    throw unknown(`A model is named provider/model, as in openai/gpt-5; ${JSON.stringify(name)} is not.`);
  }
  if (provider === 'demo') return named(model === 'rules-1', name, () => demo({ ...(pace !== undefined && { pace }) }));
  if (baseURL !== undefined) return compatible({ provider, model, baseURL });
  if (provider === 'openai') return withKey(name, 'OPENAI_API_KEY', () => openai(model));
  const known = Object.hasOwn(presets, provider);
  return named(known, name, () => {
    const preset = provider as PresetName;
    return withKey(name, presets[preset].keyVariable, () => compatible({ provider: preset, model }));
  });
}

/** Where a model's provider is, for people who want to know where their words go. */
export function addressOf(provider: string): string | undefined {
  if (provider === 'openai') return 'https://api.openai.com/v1';
  return Object.hasOwn(presets, provider) ? presets[provider as PresetName].baseURL : undefined;
}

function named(known: boolean, name: string, make: () => Model): Model {
  if (known) return make();
  const providers = ['demo', 'openai', ...Object.keys(presets)].join(', ');
  throw unknown(`There is no model ${JSON.stringify(name)} here. Known providers: ${providers}.`);
}

function unknown(message: string): ChatError {
  return new ChatError('invalid-request', message);
}

function withKey(name: string, variable: string | undefined, make: () => Model): Model {
  if (variable === undefined || environmentVariable(variable) !== undefined) return make();
  throw new ChatError('auth', `The model ${name} needs an API key: set ${variable}.`);
}
