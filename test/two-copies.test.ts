// A program may hold two copies of the package: a library of its tools has brought one along. Looks at dist, so build first.
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as ours from 'yourcall';
import { scripted } from 'yourcall/testing';

const folder = mkdtempSync(join(tmpdir(), 'yourcall-copy-'));
let theirs: typeof ours;

beforeAll(async () => {
  cpSync(join(import.meta.dirname, '..', 'dist'), folder, { recursive: true });
  theirs = (await import(/* @vite-ignore */ pathToFileURL(join(folder, 'index.js')).href)) as typeof ours;
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What becomes of the one call of a tool. */
async function callOf(tool: ours.AnyTool): Promise<ours.ToolCall | undefined> {
  const model = scripted([{ calls: [{ name: 'act', input: {} }] }, 'Done.']);
  const conversation = new ours.Conversation();
  conversation.say('Act.');
  await ours.createChat({ model, tools: { act: tool }, onError: () => {} }).complete(conversation);
  const [part] = conversation.messages[1]!.parts;
  return part?.type === 'tool' ? part.call : undefined;
}

test('they are two', () => {
  expect(theirs.ChatError).not.toBe(ours.ChatError);
  expect(theirs.Conversation).not.toBe(ours.Conversation);
});

test('C3: a question that a tool of another copy asks is asked', async () => {
  const run = (): never => theirs.waitFor({ question: 'Which one?' });
  expect(await callOf(theirs.tool({ description: 'Act', policy: 'allow', run }))).toMatchObject({
    state: 'awaiting-input',
    question: 'Which one?',
  });
});

test('E1, X3: the word of a tool of another copy that nothing took effect counts, and is told to the model', async () => {
  const run = (): never => {
    throw new theirs.ToolError('the shop is closed');
  };
  expect(await callOf(theirs.tool({ description: 'Act', policy: 'allow', run }))).toMatchObject({
    state: 'failed',
    reason: 'the shop is closed',
    outcome: 'none',
  });
});

test('an error of a model of another copy keeps its code, and whether it may pass', async () => {
  const error = new theirs.ChatError('rate-limit', 'Asking: slow down.', { retryable: true, retryAfter: 5 });
  const conversation = new ours.Conversation();
  conversation.say('Hello.');
  const chat = ours.createChat({ model: scripted([{ error }]), retry: () => false });
  const thrown: unknown = await chat.complete(conversation).catch((one: unknown) => one);
  expect(thrown).toBe(error);
  expect(thrown).toBeInstanceOf(ours.ChatError);
  expect(thrown).toMatchObject({ code: 'rate-limit', retryable: true, retryAfter: 5 });
});

test('`instanceof` tells apart what is no error of either copy, and classes that are derived from one', () => {
  class Mine extends ours.ChatError {}
  const mine = new Mine('busy', 'Mine.');
  const other = new ours.ChatError('busy', 'Not mine.');
  expect([mine instanceof ours.ChatError, mine instanceof theirs.ChatError, mine instanceof Mine]).toEqual([
    true,
    true,
    true,
  ]);
  expect(other instanceof Mine).toBe(false);
  for (const value of [undefined, null, 'ChatError', new Error('no'), { name: 'ChatError' }, ours.ChatError]) {
    expect(value instanceof ours.ChatError, String(value)).toBe(false);
  }
  expect(new ours.ToolError('no') instanceof ours.ChatError).toBe(false);
  expect(JSON.stringify(other)).not.toContain('yourcall.');
});
