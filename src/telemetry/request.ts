import type { Attributes } from '@opentelemetry/api';
import type { Model, ModelRequest } from '../chat/model.ts';
import { providerName } from './provider-name.ts';

/** What a model is asked, without a word of it. */
export function requestAttributes({ provider, id }: Model, { settings, output }: ModelRequest): Attributes {
  const { temperature, topP, topK, maxOutputTokens, stop, seed, presencePenalty, frequencyPenalty } = settings;
  return {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': providerName(provider),
    'gen_ai.request.model': id,
    'gen_ai.request.stream': true,
    ...(temperature !== undefined && { 'gen_ai.request.temperature': temperature }),
    ...(topP !== undefined && { 'gen_ai.request.top_p': topP }),
    ...(topK !== undefined && { 'gen_ai.request.top_k': topK }),
    ...(maxOutputTokens !== undefined && { 'gen_ai.request.max_tokens': maxOutputTokens }),
    ...(stop !== undefined && { 'gen_ai.request.stop_sequences': [...stop] }),
    ...(seed !== undefined && { 'gen_ai.request.seed': seed }),
    ...(presencePenalty !== undefined && { 'gen_ai.request.presence_penalty': presencePenalty }),
    ...(frequencyPenalty !== undefined && { 'gen_ai.request.frequency_penalty': frequencyPenalty }),
    ...(output && { 'gen_ai.output.type': 'json' }),
  };
}
