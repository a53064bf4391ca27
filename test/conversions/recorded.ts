import type { Conversation } from '../../src/index.ts';
import { namesOf, recorded } from '../recordings/folder.ts';
import { playedIn } from '../recordings/half.ts';
import type { ConversionWire } from './wires.ts';

/** Conversations with one recorded answer each, by its name: all whose calls are settled, and in which somebody goes on. */
export async function recordedTalks(
  wire: string,
  { models }: ConversionWire,
): Promise<ReadonlyMap<string, Conversation>> {
  const talks = new Map<string, Conversation>();
  for (const name of namesOf(wire)) {
    const one = recorded(wire, name);
    const { conversation, end } = await playedIn(models.home, one, one.recording.body.length);
    conversation.say('And then?');
    if (end !== 'paused') talks.set(name, conversation);
  }
  return talks;
}
