import { expect, test } from 'vitest';
import { freshRun } from '../conversation/draft.ts';
import type { ChatEvent } from '../conversation/event.ts';
import type { Message } from '../conversation/message.ts';
import { recovered, spoken } from './recovered.ts';

const answer: Message = { id: 'm2', role: 'assistant', parts: [], at: 2 };
const text: ChatEvent = { type: 'text', message: 'm2', part: 0, delta: 'half' };
const said: Message = { ...answer, parts: [{ type: 'text', text: 'half' }] };

test('what was said and not committed is part of the thread, whole (S4)', () => {
  const word: Message = { id: 'm1', role: 'user', parts: [], at: 1 };
  const content = { messages: [word, answer], run: freshRun };
  expect(spoken(content, [text])).toEqual([word, said]);
  expect(recovered(content, [text])).toEqual([{ type: 'message', message: said }]);
  expect(recovered(content, [])).toEqual([]);
});

test('what was said in a message that somebody has withdrawn is gone with it', () => {
  const content = { messages: [], run: freshRun };
  const anew: ChatEvent = { type: 'message', message: answer };
  expect(spoken(content, [text, anew, text])).toEqual([]);
  expect(recovered(content, [text])).toEqual([]);
});
