import type { Quirks } from '../openai/chat/quirks.ts';

/** A server that speaks Chat Completions. */
export interface Preset {
  /**
   * Everything before `/chat/completions`. In it `{model}` stands for the model's name, `{NAME}` for a variable of the
   * environment, and `{NAME=value}` for one that has a default.
   */
  readonly baseURL: string;
  /** The environment variable its key usually stands in; absent where no key is needed. */
  readonly keyVariable?: string;
  /** Whether the server may run without a key. */
  readonly keyIsOptional?: true;
  /** The header that carries the key as it is. Default: `authorization`, as `Bearer`. */
  readonly keyHeader?: string;
  readonly quirks?: Quirks;
}

/** The name of a server that is known. */
export type PresetName =
  | 'azure'
  | 'cerebras'
  | 'deepseek'
  | 'fireworks'
  | 'groq'
  | 'huggingface'
  | 'litellm'
  | 'llamacpp'
  | 'lmstudio'
  | 'mistral'
  | 'moonshot'
  | 'ollama'
  | 'openrouter'
  | 'perplexity'
  | 'together'
  | 'vllm'
  | 'xai'
  | 'zai';

/** Servers that are known, by the name that `compatible({ provider })` takes. */
export const presets: Readonly<Record<PresetName, Preset>> = {
  azure: {
    baseURL: '{AZURE_OPENAI_ENDPOINT}/openai/deployments/{model}?api-version={OPENAI_API_VERSION=2024-10-21}',
    keyVariable: 'AZURE_OPENAI_API_KEY',
    keyHeader: 'api-key',
    quirks: { maxTokens: 'max_completion_tokens', brokenArguments: 'verbatim' },
  },
  cerebras: {
    baseURL: 'https://api.cerebras.ai/v1',
    keyVariable: 'CEREBRAS_API_KEY',
    quirks: { maxTokens: 'max_completion_tokens', unknownSettings: ['presencePenalty', 'frequencyPenalty'] },
  },
  deepseek: {
    baseURL: 'https://api.deepseek.com/v1',
    keyVariable: 'DEEPSEEK_API_KEY',
    quirks: {
      reasoning: 'switch-and-effort',
      reasoningBack: 'reasoning_content',
      unknownSettings: ['seed', 'parallelToolCalls'],
      output: 'none',
      userAtEnds: true,
    },
  },
  fireworks: {
    baseURL: 'https://api.fireworks.ai/inference/v1',
    keyVariable: 'FIREWORKS_API_KEY',
    quirks: { topK: true },
  },
  groq: {
    baseURL: 'https://api.groq.com/openai/v1',
    keyVariable: 'GROQ_API_KEY',
    // Only some of its models take a schema.
    quirks: { maxTokens: 'max_completion_tokens', output: 'none' },
  },
  huggingface: {
    baseURL: 'https://router.huggingface.co/v1',
    keyVariable: 'HF_TOKEN',
    // It depends on who serves the model.
    quirks: { output: 'none' },
  },
  litellm: {
    baseURL: '{LITELLM_PROXY_API_BASE=http://localhost:4000}',
    keyVariable: 'LITELLM_PROXY_API_KEY',
    keyIsOptional: true,
    quirks: { output: 'none' },
  },
  llamacpp: {
    baseURL: 'http://localhost:8080/v1',
    keyVariable: 'LLAMA_API_KEY',
    keyIsOptional: true,
    quirks: { topK: true, imagesInResults: true, userAtEnds: true },
  },
  lmstudio: {
    baseURL: 'http://localhost:1234/v1',
    keyVariable: 'LM_API_TOKEN',
    keyIsOptional: true,
    quirks: { topK: true },
  },
  mistral: {
    baseURL: 'https://api.mistral.ai/v1',
    keyVariable: 'MISTRAL_API_KEY',
    quirks: { seed: 'random_seed', streamOptions: false, callIds: 'nine', userAtEnds: true, noUserAfterTool: true },
  },
  moonshot: {
    baseURL: 'https://api.moonshot.ai/v1',
    keyVariable: 'MOONSHOT_API_KEY',
    quirks: { reasoning: 'switch', reasoningBack: 'reasoning_content', toolChoice: 'auto-or-none', output: 'none' },
  },
  ollama: { baseURL: 'http://localhost:11434/v1', quirks: { imagesInResults: true } },
  openrouter: {
    baseURL: 'https://openrouter.ai/api/v1',
    keyVariable: 'OPENROUTER_API_KEY',
    // A schema is passed over where the model's server takes none.
    quirks: { topK: true, reasoning: 'object', output: 'none' },
  },
  perplexity: {
    baseURL: 'https://api.perplexity.ai',
    keyVariable: 'PERPLEXITY_API_KEY',
    quirks: {
      topK: true,
      noTools: true,
      alternates: true,
      unknownSettings: ['toolChoice', 'parallelToolCalls'],
    },
  },
  together: {
    baseURL: 'https://api.together.xyz/v1',
    keyVariable: 'TOGETHER_API_KEY',
    quirks: { topK: true },
  },
  vllm: {
    baseURL: 'http://localhost:8000/v1',
    keyVariable: 'VLLM_API_KEY',
    keyIsOptional: true,
    quirks: { topK: true, userAtEnds: true },
  },
  xai: { baseURL: 'https://api.x.ai/v1', keyVariable: 'XAI_API_KEY' },
  zai: {
    baseURL: 'https://api.z.ai/api/paas/v4',
    keyVariable: 'ZAI_API_KEY',
    quirks: {
      reasoning: 'switch',
      toolChoice: 'auto',
      unknownSettings: ['seed', 'presencePenalty', 'frequencyPenalty', 'parallelToolCalls'],
      output: 'none',
    },
  },
};
