import { createAnthropic } from '@ai-sdk/anthropic';
import { createGoogle } from '@ai-sdk/google';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { createOpenAI as createOpenAIv3 } from 'ai-sdk-openai-v3';
import { fromAiSdk } from 'yourcall/ai-sdk';
import type { Model } from 'yourcall';

/** Models of real packages at an address, by the protocol that they speak. */
export const packages = {
  'openai-chat': (url: string): Model =>
    fromAiSdk(
      createOpenAICompatible({ name: 'recorded', baseURL: url, apiKey: 'key', includeUsage: true })('recorded'),
    ),
  'openai-chat of OpenAI': (url: string): Model =>
    fromAiSdk(createOpenAI({ baseURL: url, apiKey: 'key' }).chat('gpt-4o')),
  'openai-responses': (url: string): Model => fromAiSdk(createOpenAI({ baseURL: url, apiKey: 'key' })('gpt-5')),
  'openai-responses, specification 3': (url: string): Model =>
    fromAiSdk(createOpenAIv3({ baseURL: url, apiKey: 'key' })('gpt-5')),
  'anthropic-messages': (url: string): Model =>
    fromAiSdk(createAnthropic({ baseURL: url, apiKey: 'key' })('claude-sonnet-4-5')),
  gemini: (url: string): Model => fromAiSdk(createGoogle({ baseURL: url, apiKey: 'key' })('gemini-2.5-flash')),
} as const;
