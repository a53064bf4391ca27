import { expect, test } from 'vitest';
import { Conversation } from '../conversation/conversation.ts';
import { recordEvents } from '../testing/record-events.ts';
import { scripted } from '../testing/scripted.ts';
import type { ScriptedTurn } from '../testing/scripted-turn.ts';
import { createChat } from './chat.ts';
import { tool } from './tool.ts';
import type { ToolSet } from './tool.ts';

function said(): Conversation {
  const conversation = new Conversation();
  conversation.say('Hi');
  return conversation;
}

/** A chat with a tool that works until it is told to stop. */
function working(): { chat: ReturnType<typeof chatOf>; stopped: () => boolean } {
  let isStopped = false;
  const work = tool({
    description: 'Works until it is stopped',
    policy: 'allow',
    run: (_, { signal }) =>
      new Promise<string>((resolve) => {
        signal.addEventListener('abort', () => {
          isStopped = true;
          resolve('half');
        });
      }),
  });
  return { chat: chatOf([{ calls: [{ name: 'work', input: {} }] }], { work }), stopped: () => isStopped };
}

function chatOf(turns: readonly ScriptedTurn[], tools: ToolSet = {}) {
  return createChat({ model: scripted(turns), tools });
}

test('E4: return() while a tool runs stops it, and what became of it is kept', async () => {
  const { chat, stopped } = working();
  const conversation = said();
  const stream = chat.stream(conversation);
  let last: unknown;
  do {
    const { value } = await stream.next();
    last = value?.type === 'tool' ? value.call.state : undefined;
  } while (last !== 'running');
  const pending = stream.next();
  await stream.return();
  await pending;
  expect(stopped()).toBe(true);
  expect(conversation.messages[1]).toMatchObject({ parts: [{ call: { state: 'completed', output: 'half' } }] });
  expect(await stream.next()).toEqual({ value: undefined, done: true });
});

test('E4: throw() and the end of a block stop the run like a break, and free the conversation', async () => {
  const chat = chatOf(['one two', 'one two', 'three']);
  const conversation = said();
  const thrown = chat.stream(conversation);
  await thrown.next();
  await expect(thrown.throw(new Error('mine'))).rejects.toThrow('mine');
  {
    await using stream = chat.stream(conversation);
    await stream.next();
  }
  expect(await chat.complete(conversation)).toMatchObject({ type: 'done', text: expect.any(String) });
});

test('a stream that nobody reads does nothing, and may be left', async () => {
  const model = scripted(['Hello.']);
  const chat = createChat({ model });
  const conversation = said();
  const stream = chat.stream(conversation);
  expect(await stream.return()).toEqual({ value: undefined, done: true });
  expect(await stream.next()).toEqual({ value: undefined, done: true });
  expect(model.requests).toEqual([]);
  expect(await chat.complete(conversation)).toMatchObject({ text: 'Hello.' });
});

test('after its end a stream gives nothing more, however often it is asked, and the next one may begin', async () => {
  const chat = chatOf(['Hello.', { error: new Error('broken') }, 'Again.']);
  const conversation = said();
  const stream = chat.stream(conversation);
  for await (const _ of stream);
  expect([await stream.next(), await stream.return(), await stream.next()]).toEqual(
    Array.from({ length: 3 }, () => ({ value: undefined, done: true })),
  );
  conversation.say('And?');
  const broken = chat.stream(conversation);
  expect((await recordEvents(broken)).error).toMatchObject({ message: 'broken' });
  expect(await broken.next()).toEqual({ value: undefined, done: true });
  expect(await chat.complete(conversation)).toMatchObject({ text: 'Again.' });
});

test('a signal that is aborted already stops the run before the model is asked', async () => {
  const model = scripted(['Hello.']);
  const { outline, error } = await recordEvents(
    createChat({ model }).stream(said(), { signal: AbortSignal.abort(new Error('no')) }),
  );
  expect(error).toMatchObject({ message: 'no' });
  expect(outline.at(-1)).toBe('error: aborted');
  expect(model.requests).toEqual([]);
});

test('a signal that is aborted after the end stops nothing', async () => {
  const stop = new AbortController();
  const chat = chatOf(['Hello.', 'Again.']);
  const conversation = said();
  await chat.complete(conversation, { signal: stop.signal });
  stop.abort();
  conversation.say('And?');
  expect(await chat.complete(conversation)).toMatchObject({ text: 'Again.' });
});

test('a second stream of a conversation is refused, and the first goes on', async () => {
  const chat = chatOf(['one two']);
  const conversation = said();
  const first = chat.stream(conversation);
  await first.next();
  const second = chat.stream(conversation);
  await expect(second.next()).rejects.toMatchObject({ code: 'busy' });
  await second.return();
  await expect(chat.stream(conversation).next()).rejects.toMatchObject({ code: 'busy' });
  expect((await recordEvents(first)).outline.at(-1)).toBe('done: stop');
});
