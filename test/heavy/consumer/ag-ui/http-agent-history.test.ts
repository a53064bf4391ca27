import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Message } from '@ag-ui/client';
import { refund } from '../served/turns.ts';
import { answers, outline, say, scene, stores } from './scene.ts';
import type { Scene } from './scene.ts';

/** Two turns, in which something was thought, called, approved and denied. */
async function told(at: Scene): Promise<readonly Message[]> {
  const page = at.page();
  await say(page, 'refund both');
  await page.runAgent({ resume: answers(page, { approved: true }, { approved: false }) });
  await say(page, 'and look');
  return page.messages;
}

const script = [
  { ...(refund('A-1', 'B-2') as object), text: 'I do.', reasoning: 'Both.' },
  'One is done.',
  { calls: [{ name: 'look', input: { order: 'A-1' } }] },
  { reasoning: 'It is there.', text: 'It is here.' },
];

/** What a page may have of them: as much as had come, a part of it, or something else. */
function* copiesOf(messages: readonly Message[]): Generator<readonly [string, readonly Message[]]> {
  const other = { id: 'other', role: 'assistant', content: 'Something else.' } as const;
  for (const [place, message] of messages.entries()) {
    yield [`the first ${place}`, messages.slice(0, place)];
    yield [`all but ${outline(message)}`, messages.toSpliced(place, 1)];
    yield [`something else before ${outline(message)}`, messages.toSpliced(place, 0, other)];
    yield [
      `something else for ${outline(message)}`,
      messages.toSpliced(place, 1, { ...message, content: '?' } as Message),
    ];
  }
  yield ['all', messages];
  yield ['all, and something else', [...messages, other]];
  yield ['all, in another order', messages.toReversed()];
}

/** Thoughts are for people: one that a page has lost is not told again. */
const withoutThoughts = (messages: readonly Message[]): readonly string[] =>
  messages.filter(({ role }) => role !== 'reasoning').map(outline);

for (const [name, open] of Object.entries(stores)) {
  describe(`whatever a page has, on ${name}`, () => {
    test('after it has looked it has what there is', async () => {
      await using at = await scene(open, { script });
      const messages = await told(at);
      assert.deepEqual(
        messages.map(({ role }) => role),
        [
          'user',
          'reasoning',
          'assistant',
          'tool',
          'tool',
          'assistant',
          'user',
          'assistant',
          'tool',
          'reasoning',
          'assistant',
        ],
      );
      const before = JSON.stringify((await at.runtime.read(at.key))!.messages);
      let looked = 0;
      for (const [what, copy] of copiesOf(messages)) {
        const page = at.page({ initialMessages: [...copy] });
        await page.runAgent();
        looked += 1;
        const [theirs, ours] = [withoutThoughts(page.messages), withoutThoughts(messages)];
        // What a client has stays where it has it, and what it lacks in the middle comes to its end.
        const isMoved = what.startsWith('all but') || what.endsWith('order');
        assert.deepEqual(isMoved ? theirs.toSorted() : theirs, isMoved ? ours.toSorted() : ours, what);
      }
      assert.equal(looked, 47);
      assert.deepEqual([JSON.stringify((await at.runtime.read(at.key))!.messages), at.warnings], [before, []]);
    });
  });
}
