import type { ContentPart } from '../../conversation/content.ts';
import type { Message } from '../../conversation/message.ts';
import type { Part } from '../../conversation/part.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import { addressOf } from '../file-address.ts';
import { viewOf } from './call-view.ts';
import { wholePart } from './part-chunk.ts';
import type { ToolUIPart, UIMessage, UIPart } from './ui-message.ts';

/** Messages as a client of the AI SDK keeps them, for a page that is loaded anew, also while a call waits. */
export function history(messages: readonly Message[]): readonly UIMessage[] {
  const told: { id: string; role: 'user' | 'assistant'; parts: UIPart[] }[] = [];
  for (const message of messages) {
    const { id, role } = message;
    if (role === 'system') continue;
    const last = told.at(-1);
    if (role === 'user') told.push({ id, role, parts: message.parts.flatMap(wordPart) });
    else if (last?.role === 'assistant') last.parts.push(...stepParts(message));
    else told.push({ id, role, parts: [...stepParts(message)] });
  }
  return told;
}

function stepParts(message: Message): readonly UIPart[] {
  const isOpen = message.finish === undefined && !message.interrupted;
  const parts = message.parts.flatMap((part, place): readonly UIPart[] => {
    const isGrowing = isOpen && place === message.parts.length - 1;
    return answerPart(`${message.id}.${place}`, part, isGrowing) ?? [];
  });
  return [{ type: 'step-start' }, ...parts];
}

function answerPart(id: string, part: Part, isGrowing: boolean): readonly UIPart[] {
  switch (part.type) {
    case 'text':
    case 'reasoning':
      return part.text === '' ? [] : [{ type: part.type, text: part.text, state: isGrowing ? 'streaming' : 'done' }];
    case 'tool':
      return [toolPart(part.call)];
    case 'file':
    case 'source':
    case 'data': {
      const whole = wholePart(id, part);
      return whole ? [whole] : [];
    }
  }
}

function toolPart(call: ToolCall): ToolUIPart {
  const { id, name, standing, input, metadata, approval, output, errorText, providerExecuted } = viewOf(call);
  // A part that failed keeps only an approval that was granted.
  const isKept = approval && (standing !== 'output-error' || approval.approved);
  return {
    type: `tool-${name}`,
    toolCallId: id,
    state: standing,
    input,
    ...(isKept && { approval }),
    ...(standing === 'output-available' && { output }),
    ...(errorText !== undefined && { errorText }),
    ...(providerExecuted && { providerExecuted }),
    ...(metadata && { toolMetadata: metadata }),
  };
}

function wordPart(part: ContentPart | Part): readonly UIPart[] {
  if (part.type === 'text') return [{ type: 'text', text: part.text }];
  if (part.type !== 'file') return [];
  const url = addressOf(part);
  if (url === undefined) return [];
  return [{ type: 'file', mediaType: part.mediaType, url, ...(part.name !== undefined && { filename: part.name }) }];
}
