import type { Model } from '../../chat/model.ts';
import { anthropic } from '../anthropic/index.ts';
import { compatible, presets } from '../compatible/index.ts';
import type { Preset, PresetName } from '../compatible/index.ts';
import { environmentVariable } from '../environment.ts';
import { google } from '../google/index.ts';
import { ollama } from '../ollama/index.ts';
import { openai } from '../openai/index.ts';

/** A provider as `modelFromName` reaches it. */
export interface Provider {
  /** Its protocol, as docs/wires.md names it. */
  readonly wire: string;
  /** Where it is, before the wire's own path; with the placeholders of `Preset.baseURL`. */
  readonly baseURL: string;
  /** The environment variable of its key. */
  readonly keyVariable?: string | undefined;
  /** Other variables in which a key may stand. */
  readonly otherKeyVariables?: readonly string[] | undefined;
  /** Whether it may do without a key. */
  readonly keyIsOptional?: true | undefined;
  /** The headers that carry the key. Default: `authorization: Bearer`. */
  readonly keyHeaders?: ((key: string) => Readonly<Record<string, string>>) | undefined;
  /** A model to begin with; it is taken when nothing but the key is known. */
  readonly example: string;
  /**
   * Where it is cheap to ask whether it answers and takes the key: a path behind the base URL, or an address; `null`
   * where nothing is. Default: `/models`.
   */
  readonly question?: string | null | undefined;
  model(name: string, options: { readonly baseURL?: string }): Model;
}

/** What is known of a preset's server beside the preset. */
const servers: { readonly [Name in PresetName]: Pick<Provider, 'example' | 'question'> } = {
  azure: {
    example: 'my-deployment',
    question: '{AZURE_OPENAI_ENDPOINT}/openai/models?api-version={OPENAI_API_VERSION=2024-10-21}',
  },
  cerebras: { example: 'gpt-oss-120b' },
  deepseek: { example: 'deepseek-v4-flash' },
  fireworks: { example: 'accounts/fireworks/models/gpt-oss-120b' },
  groq: { example: 'openai/gpt-oss-120b' },
  // The lists of models of these two are shown to anybody, whatever the key.
  huggingface: { example: 'openai/gpt-oss-120b', question: 'https://huggingface.co/api/whoami-v2' },
  openrouter: { example: 'openai/gpt-5-mini', question: '/key' },
  litellm: { example: 'my-model' },
  llamacpp: { example: 'my-model' },
  lmstudio: { example: 'openai/gpt-oss-20b' },
  mistral: { example: 'mistral-small-latest' },
  moonshot: { example: 'kimi-k2.5' },
  ollama: { example: 'qwen3' },
  // It lists no models.
  perplexity: { example: 'sonar', question: null },
  together: { example: 'openai/gpt-oss-120b' },
  vllm: { example: 'Qwen/Qwen3-4B' },
  xai: { example: 'grok-latest' },
  zai: { example: 'glm-4.6' },
};

/** All providers, by the word that stands before the model's name. To add one is to add a line. */
export const providers: Readonly<Record<string, Provider>> = {
  openai: {
    wire: 'Responses',
    baseURL: 'https://api.openai.com/v1',
    keyVariable: 'OPENAI_API_KEY',
    example: 'gpt-5-mini',
    model: (name) => openai(name),
  },
  anthropic: {
    wire: 'Anthropic Messages',
    baseURL: 'https://api.anthropic.com',
    keyVariable: 'ANTHROPIC_API_KEY',
    keyHeaders: (key) => ({ 'x-api-key': key, 'anthropic-version': '2023-06-01' }),
    example: 'claude-sonnet-5',
    question: '/v1/models',
    model: anthropic,
  },
  google: {
    wire: 'Gemini',
    baseURL: 'https://generativelanguage.googleapis.com/v1beta',
    keyVariable: 'GEMINI_API_KEY',
    otherKeyVariables: ['GOOGLE_GENERATIVE_AI_API_KEY', 'GOOGLE_API_KEY'],
    keyHeaders: (key) => ({ 'x-goog-api-key': key }),
    example: 'gemini-3.5-flash',
    model: google,
  },
  ...Object.fromEntries(
    Object.entries(presets).map(([name, preset]) => [name, fromPreset(name as PresetName, preset)]),
  ),
  ollama: {
    wire: 'Ollama',
    baseURL: 'http://localhost:11434',
    keyVariable: 'OLLAMA_API_KEY',
    keyIsOptional: true,
    // The key is the cloud's, and this is not the cloud.
    keyHeaders: () => ({}),
    example: servers.ollama.example,
    question: '/api/tags',
    model: ollama,
  },
};

/** The variable in which a provider's key stands. */
export function keyVariableSet({ keyVariable, otherKeyVariables = [] }: Provider): string | undefined {
  const names = keyVariable === undefined ? [] : [keyVariable, ...otherKeyVariables];
  return names.find((name) => environmentVariable(name) !== undefined);
}

function fromPreset(provider: PresetName, { baseURL, keyVariable, keyIsOptional, keyHeader }: Preset): Provider {
  return {
    wire: 'Chat Completions',
    baseURL,
    keyVariable,
    keyIsOptional,
    keyHeaders: keyHeader === undefined ? undefined : (key) => ({ [keyHeader]: key }),
    ...servers[provider],
    model: (model, options) => compatible({ ...options, provider, model }),
  };
}
