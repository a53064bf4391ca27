import { expect, test } from 'vitest';
import { freshRun } from '../../conversation/draft.ts';
import { runIn, runText } from './run-text.ts';

const spent = { ...freshRun.usage, input: 12, unreported: 1 };

test.each([freshRun, { steps: 2, usage: spent }, { steps: 1, usage: spent, traces: ['00-a-b-01'] }])(
  'a run is read as it was written (%#)',
  (run) => expect(runIn(runText(run))).toEqual(run),
);

test('what nobody has spent is not written', () => {
  expect(runText(freshRun)).toBe('{"steps":0}');
  expect(runText({ steps: 2, usage: spent })).toBe('{"steps":2,"usage":{"input":12,"unreported":1}}');
});

test('a run that was written with every member is read too (S8)', () => {
  expect(runIn(JSON.stringify({ steps: 2, usage: spent }))).toEqual({ steps: 2, usage: spent });
});
