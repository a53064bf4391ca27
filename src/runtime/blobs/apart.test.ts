import { describe, expect, test } from 'vitest';
import { contentAfter } from '../../conversation/changes.ts';
import { sha256 } from '../../conversation/digest.ts';
import { freshRun } from '../../conversation/draft.ts';
import type { ChatEvent } from '../../conversation/event.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import type { Append } from '../../store/store.ts';
import { apart } from './apart.ts';
import { isWithin } from './size.ts';

const long = 'x'.repeat(32 * 1024 - 1);
const json = JSON.stringify(long);
const reference = { blob: sha256(json), size: json.length, mediaType: 'application/json', preview: json.slice(0, 200) };

function appended(events: readonly ChatEvent[]): Append {
  const { changes } = contentAfter({ messages: [], run: freshRun }, events);
  return { tenant: 'acme', thread: 't1', id: 'a', events, seen: 0, ...changes };
}

/** A call as it appears, whole. */
function withCall(more: Partial<ToolCall> & Pick<ToolCall, 'state'>): readonly ChatEvent[] {
  const call = { id: 'c1', name: 'look', arguments: '{}', revision: 1, ...more } as ToolCall;
  return [
    { type: 'message', message: { id: 'm1', role: 'assistant', parts: [], at: 1 } },
    { type: 'tool', message: 'm1', part: 0, call },
  ];
}

function withFile(data: string): readonly ChatEvent[] {
  const file = { type: 'file', mediaType: 'image/png', source: { type: 'base64', data } } as const;
  return [{ type: 'message', message: { id: 'm1', role: 'user', parts: [file], at: 1 } }];
}

describe('what is put out on its way into a store (S9)', () => {
  test('nothing, where nothing is big: what was given is given back', async () => {
    const small = appended([
      ...withFile('A'.repeat(32 * 1024 - 4)),
      ...withCall({ state: 'completed', output: 'x'.repeat(32 * 1024 - 2) }),
    ]);
    expect(await apart(small)).toBe(small);
  });

  test('an output, wherever it stands: in its call, the decision that gave it, evidence that came late, and the trail', async () => {
    const decisions = [{ decision: { type: 'answer', output: long }, by: 'ann', at: 1 }] as const;
    const lateEvidence = [{ attempt: 1, at: 1, outcome: { completed: long } }];
    const put = await apart(appended(withCall({ state: 'completed', output: long, decisions, lateEvidence })));
    const call = {
      output: reference,
      decisions: [{ decision: { type: 'answer', output: reference } }],
      lateEvidence: [{ outcome: { completed: reference } }],
    };
    expect(put.calls[0]!.call).toMatchObject(call);
    expect(put.events[1]).toMatchObject({ call });
    expect(put.decisions[0]!.decision).toEqual({ type: 'answer', output: reference });
    expect(put.blobs).toEqual([{ digest: reference.blob, bytes: new TextEncoder().encode(json) }]);
    expect(JSON.stringify({ ...put, blobs: [] }).length).toBeLessThan(5_000);
  });

  test('files: in messages, in what a tool shows the model, and while they are spoken', async () => {
    const data = Buffer.alloc(40_000, 1).toString('base64');
    const [said] = withFile(data);
    const content = (said as ChatEvent & { type: 'message' }).message.parts as never;
    const events = [
      ...withCall({ state: 'completed', output: 1, content }),
      { type: 'file', message: 'm1', part: 1, value: content[0] },
    ] as readonly ChatEvent[];
    const { events: told, messages, calls, blobs } = await apart(appended(events));
    const source = { type: 'blob', digest: blobs![0]!.digest, size: 40_000 };
    expect(blobs).toHaveLength(1);
    expect(calls[0]!.call).toMatchObject({ content: [{ source }] });
    expect(told.slice(1)).toMatchObject([{ call: { content: [{ source }] } }, { value: { source } }]);
    expect(messages[0]!.parts).toMatchObject([{ call: 'c1' }, { source }]);
  });

  test('what a provider wants back verbatim: of its words, its calls and their changes, and its files', async () => {
    const origin = { provider: 'p', model: 'm', data: long };
    const [opened, added] = withCall({ state: 'running', providerExecuted: true });
    const change = { id: 'c1', name: 'look', revision: 2, state: 'completed', output: 1 } as const;
    const events = [
      opened,
      { ...added, origin },
      { type: 'text', message: 'm1', part: 1, delta: 'hi', origin },
      { type: 'source', message: 'm1', part: 2, value: { type: 'source', url: 'a', origin } },
      { type: 'tool', call: change, origin },
    ] as readonly ChatEvent[];
    const put = await apart(appended(events));
    const apartOrigin = { origin: { provider: 'p', model: 'm', data: reference } };
    expect(put.messages[0]!.parts).toMatchObject([apartOrigin, apartOrigin, apartOrigin]);
    expect(put.events.slice(1)).toMatchObject([apartOrigin, apartOrigin, { value: apartOrigin }, apartOrigin]);
    expect(put.blobs).toHaveLength(1);
    const whole = contentAfter({ messages: [], run: freshRun }, events).after.messages;
    const message = await apart(appended([{ type: 'message', message: whole[0]! }]));
    expect(JSON.stringify({ ...message, blobs: [] }).length).toBeLessThan(5_000);
  });

  test('but not the output of a run, which its end tells, nor an input, about which people decide', async () => {
    const final = appended(withCall({ state: 'completed', final: true, output: long }));
    expect(await apart(final)).toBe(final);
    const asked = appended(withCall({ state: 'awaiting-approval', arguments: long, input: { text: long } }));
    expect(await apart(asked)).toBe(asked);
    const changed = { id: 'c1', name: 'look', revision: 2, state: 'completed', output: long } as const;
    const before = contentAfter({ messages: [], run: freshRun }, withCall({ state: 'running', final: true })).after;
    const events: readonly ChatEvent[] = [{ type: 'tool', call: changed }];
    const moved = { ...appended([]), events, ...contentAfter(before, events).changes };
    expect(await apart(moved)).toBe(moved);
  });

  test('and not what is no base64, of which its provider is to say so', async () => {
    const wrong = appended(withFile(`data:image/png;base64,${'A'.repeat(50_000)}`));
    expect(await apart(wrong)).toBe(wrong);
    expect((await apart(appended(withFile('AAA-'.repeat(20_000))))).blobs).toHaveLength(1);
  });
});

test.each([
  ['text', 'é'.repeat(4_000), true],
  ['longer text', 'x'.repeat(7_000), false],
  ['a list', Array.from({ length: 1_300 }, () => 1), true],
  ['a longer list', Array.from({ length: 1_400 }, () => 1), false],
  ['names', { ['n'.repeat(7_000)]: 1 }, false],
  ['nothing', undefined, true],
])('%s is certainly small, or may be big', (_, value, small) => {
  expect(isWithin(value, 32 * 1024)).toBe(small);
  if (small) expect(new TextEncoder().encode(JSON.stringify(value) ?? '').length).toBeLessThanOrEqual(32 * 1024);
});
