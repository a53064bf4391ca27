// A conversation that was begun over one wire goes on over every other, with all that was said and done.
import { describe, expect, test } from 'vitest';
import type { Conversation } from '../../src/index.ts';
import { ownCalls } from './check/common.ts';
import { flawsOf } from './flaws.ts';
import { idKinds } from './ids.ts';
import { requestTo } from './request.ts';
import { signed, talk } from './talk.ts';
import { conversionWires } from './wires.ts';

const wires = Object.entries(conversionWires);

describe.each(wires)('a conversation begun over %s', (source, begun) => {
  const talked = (kind: string): Promise<Conversation> => talk(begun.models.home, begun.speak, idKinds[kind]!());

  test('holds everything that has to be carried on', async () => {
    const { messages } = await talked('usual');
    expect(ownCalls(messages).map(({ name, state }) => `${name} ${state}`)).toEqual([
      'look completed',
      'weather completed',
      'pay completed',
      'remove rejected',
      'forbidden denied',
      'broken failed',
      'later cancelled',
    ]);
    expect(messages.flatMap(({ interrupted = false }) => interrupted)).toContain(true);
    expect(messages.flatMap(({ parts }) => parts.map(({ type }) => type))).toContain('reasoning');
    const hasSearch = messages.some(({ parts }) =>
      parts.some((part) => part.type === 'tool' && part.call.providerExecuted),
    );
    expect(hasSearch).toBe(['openai-responses', 'anthropic-messages', 'gemini'].includes(source));
  });

  test('goes on there with what it signed, and with the ids of its calls (W1)', async () => {
    const conversation = await talked('usual');
    const { text } = await requestTo(begun.models.home, conversation);
    const found = [...new Set(text.match(new RegExp(`(?<=${signed})[a-z ]+`, 'g')))];
    expect(found).toEqual(begun.signs);
    for (const { providerId } of ownCalls(conversation.messages)) expect(text).toContain(`"${providerId}"`);
    expect(await flawsOf(conversation, begun, 'home')).toEqual([]);
  });

  for (const kind of Object.keys(idKinds)) {
    test.each(wires)(`with ids that are ${kind} goes on over %s (W1, W2, L8)`, async (target, wire) => {
      const conversation = await talked(kind);
      expect(await flawsOf(conversation, wire, 'away')).toEqual([]);
      if (target === source) expect(await flawsOf(conversation, wire, 'home')).toEqual([]);
    });
  }
});
