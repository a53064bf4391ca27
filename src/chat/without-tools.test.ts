// Alone in its file: nothing in this process has loaded what runs tools.
import { expect, test } from 'vitest';
import { Conversation } from '../conversation/conversation.ts';
import { recordEvents } from '../testing/record-events.ts';
import { scripted } from '../testing/scripted.ts';
import { testIds } from '../testing/test-ids.ts';
import { createChat } from './chat.ts';
import type { ModelEvent } from './model.ts';
import { loadedEngine } from './tool-engine.ts';

const call = { type: 'call', key: 1, name: 'search', arguments: '{}', providerExecuted: true } as const;

test('a chat without tools tells what a provider runs all the same, and whatever stands in the same read (W3)', async () => {
  const events: readonly (readonly ModelEvent[])[] = [
    [{ type: 'text', delta: 'So ' }, call, { type: 'text', delta: 'it ' }, { type: 'result', key: 1, output: 1 }],
    [
      { type: 'text', delta: 'is.' },
      { type: 'finish', reason: 'stop' },
    ],
  ];
  const conversation = new Conversation({ newId: testIds() });
  conversation.say('Go');
  expect(loadedEngine()).toBeUndefined();
  const { outline } = await recordEvents(createChat({ model: scripted([{ events }]) }).stream(conversation));
  expect(outline).toEqual([
    'user: Go',
    'assistant',
    'text: So ',
    'tool search: running',
    'text: it ',
    'tool search: completed',
    'text: is.',
    'step-end: stop',
    'done: stop',
  ]);
});
