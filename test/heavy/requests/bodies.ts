import type { MessageCreateParamsStreaming } from '@anthropic-ai/sdk/resources/beta/messages';
import type { Content, GenerationConfig, SafetySetting, Tool as GoogleTool, ToolConfig } from '@google/genai';
import type { ChatRequest } from 'ollama';
import type { ChatCompletionCreateParamsStreaming } from 'openai/resources/chat/completions';
import type { ResponseCreateParamsStreaming } from 'openai/resources/responses/responses';

/** The body of a request over each wire, as the types of its official SDK have it. */
export interface Bodies {
  'openai-chat': ChatCompletionCreateParamsStreaming;
  'openai-responses': ResponseCreateParamsStreaming;
  'anthropic-messages': MessageCreateParamsStreaming;
  gemini: Words<GeminiBody>;
  'ollama-native': ChatRequest;
}

/** Enums are written as the words that they stand for. */
type Words<T> = T extends string ? `${T}` : T extends object ? { [K in keyof T]: Words<T[K]> } : T;

/** The SDK of Google puts the body together from these. */
interface GeminiBody {
  contents: Content[];
  systemInstruction?: Content;
  tools?: GoogleTool[];
  toolConfig?: ToolConfig;
  generationConfig?: GenerationConfig;
  safetySettings?: SafetySetting[];
}
