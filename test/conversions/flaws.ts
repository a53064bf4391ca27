import { isObject } from '../../src/conversation/json.ts';
import type { Conversation } from '../../src/index.ts';
import { lost, picturesOf, textsOf } from './check/common.ts';
import { requestTo } from './request.ts';
import { signed } from './talk.ts';
import type { ConversionWire } from './wires.ts';

/** What is wrong with the request with which a conversation goes on at a wire, at home or away from where it began. */
export async function flawsOf(
  conversation: Conversation,
  wire: ConversionWire,
  place: 'home' | 'away',
): Promise<readonly string[]> {
  const { messages } = conversation;
  const { text } = await requestTo(wire.models[place], conversation);
  const body: unknown = JSON.parse(text);
  if (!isObject(body)) return ['the request is no object'];
  const flaws = [...wire.check(body, messages), ...lost(text, [...textsOf(messages), ...picturesOf(messages)])];
  if (place === 'away' && text.includes(signed)) flaws.push('it holds what another provider signed');
  return flaws;
}
