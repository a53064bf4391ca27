import type { CreateMessageRequestParams, CreateMessageResult, SamplingMessage } from '@modelcontextprotocol/client';
import { createChat } from '../chat/chat.ts';
import { ToolFailure } from '../chat/tool-failure.ts';
import { Conversation } from '../conversation/conversation.ts';
import type { ContentPart } from '../conversation/content.ts';
import { ChatError } from '../conversation/error.ts';
import { newId } from '../conversation/id.ts';
import { textOf } from '../conversation/message.ts';
import type { FinishReason, Message } from '../conversation/message.ts';
import type { Sampling, SamplingRequest, SamplingVerdict, SamplingWord } from './offer.ts';
import { partOf } from './result.ts';

/** In UTF-16 units: what is longer is read by nobody before they say yes. */
const longestShown = 20_000;
const usualTokens = 4_096;

/** Reads what a server wants. Throws `ToolFailure` for what was not offered to it. */
export function samplingRequestOf(
  params: CreateMessageRequestParams,
  { maxTokens = usualTokens }: Sampling,
): SamplingRequest {
  if (params.tools?.length) throw new ToolFailure('its server wants the model to have tools, which are not given here');
  const messages = params.messages.map(({ role, content }) => ({ role, parts: [content].flat().map(partIn) }));
  if (messages.at(-1)?.role !== 'user')
    throw new ToolFailure('its server asks the model without a last word of a user');
  return {
    ...(params.systemPrompt !== undefined && { instructions: params.systemPrompt }),
    messages,
    maxTokens: Math.min(params.maxTokens, maxTokens),
    ...(params.temperature !== undefined && { temperature: params.temperature }),
    ...(params.stopSequences?.length && { stop: params.stopSequences }),
  };
}

/** What is to be done about a request. */
export async function verdictOn(request: SamplingRequest, { policy = 'ask' }: Sampling): Promise<SamplingVerdict> {
  if (typeof policy !== 'function') return policy;
  try {
    return await policy(request);
  } catch (cause) {
    throw new ToolFailure('its server may not ask the model: the policy about that failed', { cause });
  }
}

/** All that the model would be told, for a person. Throws `ToolFailure` when that is more than anybody reads. */
export function shownOf({ instructions, messages, maxTokens }: SamplingRequest, { model }: Sampling): string {
  const said = messages.map(({ role, parts }) => `${role}:\n${parts.map(lineOf).join('\n')}`);
  const system = instructions === undefined ? [] : [`instructions:\n${quoted(instructions)}`];
  const shown = [...system, ...said].join('\n');
  if (shown.length > longestShown) {
    throw new ToolFailure('its server wants to tell the model more than a person could be shown');
  }
  const name = `${model.provider}/${model.id}`;
  return `May it ask the model ${name} this, for at most ${maxTokens} tokens, and have the answer?\n${shown}`;
}

/** Asks the model. Throws `ToolFailure` when it gives no answer. */
export async function sampled(
  request: SamplingRequest,
  { model }: Sampling,
  signal: AbortSignal,
): Promise<CreateMessageResult> {
  const { instructions, messages, maxTokens, temperature, stop } = request;
  const settings = {
    maxOutputTokens: maxTokens,
    ...(temperature !== undefined && { temperature }),
    ...(stop && { stop }),
  };
  const chat = createChat({ model, settings, ...(instructions !== undefined && { instructions }), onError: () => {} });
  const conversation = new Conversation({ messages: messages.map(messageOf) });
  try {
    await chat.complete(conversation, { signal });
  } catch (cause) {
    signal.throwIfAborted();
    // What its provider said may name more than the server should know (rule X3).
    const why = cause instanceof ChatError ? cause.code : 'unknown';
    throw new ToolFailure(`the model that its server asked gave no answer (${why})`, { cause });
  }
  const answer = conversation.messages.at(-1)!;
  return {
    role: 'assistant',
    content: { type: 'text', text: textOf(answer) },
    model: answer.model?.id ?? model.id,
    stopReason: stopReasonOf(answer.finish),
  };
}

function messageOf({ role, parts }: SamplingWord): Message {
  return { id: newId(), role, parts, at: Date.now() };
}

type Block = Extract<SamplingMessage['content'], readonly unknown[]>[number];

function partIn(block: Block): ContentPart {
  if (block.type === 'tool_use' || block.type === 'tool_result')
    throw new ToolFailure('its server wants the model to have tools, which are not given here');
  return partOf(block);
}

function lineOf(part: ContentPart): string {
  if (part.type === 'text') return quoted(part.text);
  const size = part.source.type === 'base64' ? Math.floor((part.source.data.length * 3) / 4) : 0;
  return `(a file that cannot be shown here: ${part.mediaType}, ${size} bytes)`;
}

/** No line of it passes for one of ours. */
function quoted(text: string): string {
  return text
    .split(/\r\n|[\n\r\u0085\u2028\u2029]/)
    .map((line) => `> ${line}`)
    .join('\n');
}

function stopReasonOf(finish: FinishReason | undefined): string {
  if (finish === 'length') return 'maxTokens';
  return finish === 'stop' || finish === undefined ? 'endTurn' : finish;
}
