import { expect, test } from 'vitest';
import { agUiScene, eventsOf, interruptsIn } from '../../../test/server/ag-ui-scene.ts';

const pays = { calls: [{ name: 'pay', input: { amount: 5 } }] };

test('a page of TanStack AI is told of a stream, in which it finds messages and what is asked', async () => {
  const at = agUiScene([pays]);
  expect(await (await at.get('?threadId=t')).json()).toEqual({ messages: [], activeRun: null, interrupts: null });
  const asked = interruptsIn(await at.say('pay'));
  const found = await at.get('?threadId=t');
  expect(found.headers.get('cache-control')).toBe('no-store');
  const { activeRun } = (await found.json()) as { activeRun: { runId: string } };
  const events = await eventsOf(await at.get(`?offset=-1&runId=${activeRun.runId}`));
  expect(events.map(({ type }) => type)).toEqual(['RUN_STARTED', 'MESSAGES_SNAPSHOT', 'RUN_FINISHED']);
  expect(events[0]).toMatchObject({ threadId: 't', runId: activeRun.runId });
  expect(interruptsIn(events)).toEqual(asked);
});

test.each(['', '?runId=', '?runId=t', '?runId=none.c1'])('%j leads nowhere', async (query) => {
  const at = agUiScene([pays]);
  await at.say('pay');
  expect((await at.get(query)).status).toBe(404);
});

test('nobody finds the thread of another tenant by guessing its name (X1)', async () => {
  const at = agUiScene([pays]);
  await at.say('pay');
  expect(await (await at.get('?threadId=t', 'ann@other')).json()).toMatchObject({ activeRun: null });
  expect((await at.get('?runId=t.c1', 'ann@other')).status).toBe(404);
});
