import { expect, test } from 'vitest';
import type { Model, ModelRequest } from '../../chat/model.ts';
import { sha256 } from '../../conversation/digest.ts';
import type { Message } from '../../conversation/message.ts';
import type { Part } from '../../conversation/part.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import { scripted } from '../../testing/scripted.ts';
import { asking } from './asking.ts';

const key = { tenant: 'acme', thread: 't1' };
const json = JSON.stringify({ rows: [1, 2] });
const reference = { blob: sha256(json), size: json.length, mediaType: 'application/json', preview: '{"ro' };
const source = { type: 'blob', digest: sha256('bytes'), size: 5 } as const;
const file = { type: 'file', mediaType: 'image/png', source } as const;
const read = { ...file, source: { type: 'base64', data: 'Ynl0ZXM=' } };

/** A store with two blobs, and what was asked of it. */
function storeOf() {
  const asked: string[] = [];
  const texts = new Map([json, 'bytes'].map((text) => [sha256(text), new TextEncoder().encode(text)]));
  const blob = async (_: unknown, digest: string): Promise<Uint8Array | undefined> => {
    asked.push(digest);
    return texts.get(digest);
  };
  return { asked, blob };
}

function call(more: object): Part {
  const facts = { id: 'c1', name: 'look', arguments: '{}', revision: 1 };
  return { type: 'tool', call: { ...facts, state: 'completed', output: reference, ...more } as ToolCall };
}

function messageOf(id: string, ...parts: Part[]): Message {
  return { id, role: 'assistant', parts, at: 1 };
}

async function told(ask: ReturnType<typeof asking>, model: Model, messages: readonly Message[]): Promise<void> {
  const request: ModelRequest = { messages, tools: [], settings: {}, signal: AbortSignal.any([]), kept: new Map() };
  for await (const _ of ask(model, request));
}

test('what a model is told is whole, and read once for a run; each message stays itself (S9)', async () => {
  const store = storeOf();
  const ask = asking(store, key);
  const model = scripted(['a', 'b', 'c']);
  const small = messageOf('m1', { type: 'text', text: 'hi' });
  const messages = [small, messageOf('m2', file, call({}))];
  await told(ask, model, [small]);
  expect(store.asked).toEqual([]);
  await told(ask, model, messages);
  await told(ask, model, messages);
  expect(store.asked).toEqual([source.digest, reference.blob]);
  const [, second, third] = model.requests.map((request) => request.messages);
  expect(second![1]!.parts).toEqual([read, call({ output: { rows: [1, 2] } })]);
  expect(second![0]).toBe(small);
  expect(third![1]).toBe(second![1]);
});

test('of a call a model is told what is shown of it: its output is not read beside that (S9)', async () => {
  const store = storeOf();
  const model = scripted(['a']);
  await told(asking(store, key), model, [messageOf('m1', call({ content: [file, { type: 'text', text: 'x' }] }))]);
  expect(store.asked).toEqual([source.digest]);
  const [message] = model.requests[0]!.messages;
  expect(message!.parts).toEqual([call({ content: [read, { type: 'text', text: 'x' }] })]);
});

test('what a provider wants back is given back to it (S9)', async () => {
  const store = storeOf();
  const model = scripted(['a']);
  const origin = { provider: 'p', model: 'm', data: reference };
  const text = { type: 'text', text: 'x', origin } as const;
  const settled = { ...call({ output: 1 }), origin } as Part;
  await told(asking(store, key), model, [messageOf('m1', text, settled, { ...file, origin })]);
  const back = { origin: { ...origin, data: { rows: [1, 2] } } };
  const parts = [
    { ...text, ...back },
    { ...settled, ...back },
    { ...read, ...back },
  ];
  expect(model.requests[0]!.messages[0]!.parts).toEqual(parts);
});

test('what only looks like a reference, and a file that its store does not have, are told as they are (S9)', async () => {
  const model = scripted(['a']);
  const other = { ...reference, blob: sha256('other') };
  const strange = { ...file, source: { ...source, digest: sha256('none') } };
  const messages = [messageOf('m1', call({ output: other }), call({ output: { ...reference, more: 1 } }), strange)];
  await told(asking(storeOf(), key), model, messages);
  expect(model.requests[0]!.messages).toEqual(messages);
});
