// A tool must never run with arguments that its model did not finish, wherever the answer broke off.
import { describe, expect, test } from 'vitest';
import { PartialJson } from '../../src/chat/partial-json.ts';
import { ChatError } from '../../src/index.ts';
import type { Model, ModelEvent, ModelRequest } from '../../src/index.ts';
import { namesOf, recorded } from './folder.ts';
import type { Recorded } from './folder.ts';
import { lengths, play, runnable, wrongs } from './half.ts';
import { wires } from './wires.ts';

/** How often each answer is cut. */
const cuts = 6;

for (const [wire, model] of Object.entries(wires)) {
  const answers = calling(wire);
  describe(`${answers.length} recorded answers of ${wire} with calls`, () => {
    if (answers.length === 0) {
      console.warn(`NO RECORDINGS of ${wire}: nothing is proven of half-written calls.`);
      test('the recordings are missing, so nothing is proven here', () => {});
    }
    for (const [seed, one] of answers.entries()) {
      test(`${one.name}: its calls run, and cut anywhere nothing that is not whole (W2)`, async () => {
        const played = await play(model, one, one.recording.body.length);
        expect(played.ran).toEqual(expect.arrayContaining([...runnable(one)]));
        expect(wrongs(played, one)).toEqual([]);
        for (const length of lengths(one, cuts, seed + 1)) {
          const told = wrongs(await play(model, one, length), one);
          expect(told, `the first ${length} bytes`).toEqual([]);
        }
      });
    }
  });
}

test.skipIf(calling('openai-chat').length === 0)(
  'a reader that repairs what is half written is found out',
  async () => {
    const told: string[] = [];
    for (const [seed, one] of calling('openai-chat').slice(0, 20).entries()) {
      for (const length of lengths(one, cuts, seed + 1)) {
        told.push(...wrongs(await play((fetch) => careless(wires['openai-chat']!(fetch)), one, length), one));
      }
    }
    expect(told.length).toBeGreaterThan(10);
  },
);

function calling(wire: string): readonly Recorded[] {
  return namesOf(wire)
    .map((name) => recorded(wire, name))
    .filter(({ expected }) => expected.toolCalls.length > 0);
}

/** The control: takes a broken end for an end, and closes the brackets of half arguments. */
function careless(model: Model): Model {
  return {
    ...model,
    async *stream(request: ModelRequest) {
      try {
        for await (const batch of model.stream(request)) yield ('type' in batch ? [batch] : batch).map(repaired);
      } catch (error) {
        if (!(error instanceof ChatError)) throw error;
      }
      yield { type: 'finish', reason: 'tool-calls' };
    },
  };
}

function repaired(event: ModelEvent): ModelEvent {
  if (event.type !== 'call' || !event.incomplete) return event;
  const { incomplete: _, ...call } = event;
  return { ...call, arguments: JSON.stringify(new PartialJson().grow(call.arguments) ?? {}) };
}
