import type { ModelCall } from '../../../chat/model.ts';
import { isJson, textIn } from '../../json-text.ts';
import type { GrowingItem } from './growing.ts';
import { originWith } from './origin.ts';
import type { ResponsesWire } from './quirks.ts';

/** A call that runs here, as its item ended, or as far as it came. A custom tool's arguments are any text. */
export function ownCallOf(growing: GrowingItem, wire: ResponsesWire): ModelCall {
  const { key, item, isDone } = growing;
  const { type, id: _, call_id: id, name, arguments: given, input, status, ...rest } = item;
  const isCustom = type === 'custom_tool_call';
  const text = growing.whole(isCustom ? input : given);
  const isWhole = isJson(text) || (isDone && (isCustom || text === ''));
  const isCut = status === 'incomplete' || (status !== 'completed' && !isWhole);
  const kept = isCustom ? { type, ...rest } : rest;
  return {
    type: 'call',
    key,
    ...(typeof id === 'string' && id !== '' && { id }),
    name: textIn(name),
    arguments: text,
    ...(isCut && { incomplete: true }),
    ...(Object.keys(kept).length > 0 && { origin: originWith(kept, wire) }),
  };
}
