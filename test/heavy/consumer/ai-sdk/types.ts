// What the packages give is taken, and the parts of both versions are what is read.
import { anthropic } from '@ai-sdk/anthropic';
import { google } from '@ai-sdk/google';
import { openai } from '@ai-sdk/openai';
import type { LanguageModelV4, LanguageModelV4StreamPart } from '@ai-sdk/provider';
import { openai as openaiV3 } from 'ai-sdk-openai-v3';
import type { LanguageModelV3, LanguageModelV3StreamPart } from 'ai-sdk-provider-v3';
import { fromAiSdk, providerTool } from 'yourcall/ai-sdk';
import type { StreamPart } from '../../../../src/models/ai-sdk/language-model.ts';

export const models = [
  fromAiSdk(openai('gpt-5')),
  fromAiSdk(openai.chat('gpt-5')),
  fromAiSdk(anthropic('claude')),
  fromAiSdk(google('gemini'), { capabilities: { files: ['image/*'] } }),
  fromAiSdk(openaiV3('gpt-5')),
];

export const tools = [
  providerTool(openai.tools.webSearch({})),
  providerTool(anthropic.tools.webSearch_20250305({ maxUses: 3 })),
  providerTool(google.tools.googleSearch({}), 'search'),
];

declare const v4: LanguageModelV4;
declare const v3: LanguageModelV3;
export const any = [fromAiSdk(v4), fromAiSdk(v3)];

export const read = (part: LanguageModelV4StreamPart | LanguageModelV3StreamPart): StreamPart => part;

// @ts-expect-error An older version is not known.
fromAiSdk({ ...v3, specificationVersion: 'v2' });
