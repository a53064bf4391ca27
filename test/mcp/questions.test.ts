import { describe, expect, it } from 'vitest';
import { Conversation } from '../../src/conversation/conversation.ts';
import type { ToolCall } from '../../src/conversation/tool-call.ts';
import { createRuntime } from '../../src/runtime/runtime.ts';
import { memoryStore } from '../../src/store/memory/index.ts';
import { callsOf, soon, Stage, talk } from './stage.ts';

const schema = { type: 'object', properties: { size: { type: 'string', enum: ['S', 'L'] } }, required: ['size'] };

/** Answers the one question of a conversation. */
async function answer({ chat, conversation }: Pick<ReturnType<typeof talk>, 'chat' | 'conversation'>, output: unknown) {
  const [call] = chat.waiting(conversation).questions;
  return chat.decide(conversation, call as ToolCall, { type: 'answer', output });
}

describe('a server that asks a person by its answer, as is done since 2026-07-28', () => {
  it('pauses the call as data; another process goes on with the answer, and another process of the server (C3)', async () => {
    await using stage = new Stage('ask');
    const first = talk((await stage.open({ era: 'modern', policy: 'allow' })).tools, 'tiny__ask');
    expect(await first.chat.complete(first.conversation)).toMatchObject({ type: 'paused' });
    expect(first.chat.waiting(first.conversation).questions).toMatchObject([
      { state: 'awaiting-input', question: 'The server tiny asks: Which size?', schema },
    ]);
    const text = JSON.stringify(first.conversation);
    stage.kill();

    const other = talk((await stage.open({ era: 'modern', policy: 'allow' })).tools, 'tiny__ask');
    const conversation = Conversation.parse(text);
    await answer({ ...other, conversation }, { size: 'L' });
    expect(await other.chat.complete(conversation)).toMatchObject({ type: 'done' });
    const [input, responses, state] = JSON.parse(
      String((callsOf(conversation)[0] as { output: string }).output),
    ) as unknown[];
    expect([input, responses]).toEqual([{}, { size: { action: 'accept', content: { size: 'L' } } }]);
    expect(state).toMatch(/^sealed \d+$/);
    expect(stage.log).toEqual(['ask {}', 'ask {}']);
  });

  it('asks again when the answer does not fit, without troubling the server', async () => {
    await using stage = new Stage('ask');
    const asked = talk((await stage.open({ era: 'modern', policy: 'allow' })).tools, 'tiny__ask');
    await asked.chat.complete(asked.conversation);
    await answer(asked, { size: 'XXL' });
    await asked.chat.complete(asked.conversation);
    expect(asked.calls()).toMatchObject([
      {
        state: 'awaiting-input',
        question: expect.stringMatching(
          /^That does not fit \(size: .*\)\. The server tiny asks: Which size\?$/,
        ) as string,
      },
    ]);
    expect(stage.log).toEqual(['ask {}']);
    await answer(asked, { size: 'S' });
    await asked.chat.complete(asked.conversation);
    expect(asked.calls()).toMatchObject([{ state: 'completed' }]);
  });

  it('is not called again when the person says no', async () => {
    await using stage = new Stage('ask');
    const { chat, conversation, calls } = talk(
      (await stage.open({ era: 'modern', policy: 'allow' })).tools,
      'tiny__ask',
    );
    await chat.complete(conversation);
    await chat.decide(conversation, calls()[0]!, { type: 'reject', reason: 'none of its business' });
    await chat.complete(conversation);
    expect(calls()).toMatchObject([{ state: 'rejected' }]);
    expect(stage.log).toEqual(['ask {}']);
  });

  it('shows where a page leads that it wants visited, asks several things at once, and nothing but people', async () => {
    await using stage = new Stage('visit', 'several', 'sample');
    const { chat, conversation, calls } = talk(
      (await stage.open({ era: 'modern', policy: 'allow' })).tools,
      'tiny__visit',
      'tiny__several',
      'tiny__sample',
    );
    await chat.complete(conversation);
    expect(calls()[0]).toMatchObject({
      question:
        'The server tiny asks: Log in\nIt wants you to visit evil.example: https://evil.example/login\n' +
        'Answer "done" when you have done so.',
      schema: { type: 'string', enum: ['done'] },
    });
    await answer({ chat, conversation }, 'done');
    await chat.complete(conversation);
    expect(calls()[0]).toMatchObject({ output: '{"page":{"action":"accept"}}' });
    expect(calls()[1]).toMatchObject({
      question: expect.stringMatching(/^The server tiny asks: 1\. Which size\?\n2\. Log in\n/) as string,
      schema: { type: 'object', properties: { size: schema, page: { enum: ['done'] } }, required: ['size', 'page'] },
    });
    await answer({ chat, conversation }, { size: { size: 'S' }, page: 'done' });
    await chat.complete(conversation);
    expect(calls()[1]).toMatchObject({
      output: '{"size":{"action":"accept","content":{"size":"S"}},"page":{"action":"accept"}}',
    });
    expect(calls()[2]).toMatchObject({
      state: 'failed',
      reason: 'its server wants sampling/createMessage, which is not given here',
    });
  });

  it('waits in a thread, and goes on wherever somebody works on it', async () => {
    await using stage = new Stage('ask');
    const store = memoryStore();
    const runtimeOf = async () => {
      const { chat } = talk((await stage.open({ era: 'modern', policy: 'allow' })).tools, 'tiny__ask');
      return createRuntime({ chat: chat, store, work: false });
    };
    const first = await runtimeOf();
    const thread = await first.threads.create({ tenant: 'shop', owner: 'ann' });
    await first.send(thread, 'Go');
    await first.tick({ budget: 0 });
    await first.close();

    const second = await runtimeOf();
    const [waiting] = (await second.inbox({ tenant: 'shop', principal: 'ann' })).items;
    expect(waiting?.call).toMatchObject({ question: 'The server tiny asks: Which size?', schema });
    const decision = { type: 'answer', output: { size: 'S' } } as const;
    await second.decide(thread, { call: waiting!.call.id, decision, by: 'ann' });
    await second.tick({ budget: 0 });
    expect(JSON.stringify((await second.read(thread))?.messages)).toContain('sealed');
    await second.close();
    await store.close();
    expect(stage.log).toEqual(['ask {}', 'ask {}']);
  });
});

describe('a server that asks over the open connection, as was done before', () => {
  it('is answered "cancel", and its owner is told why: nobody can be held on the line', async () => {
    await using stage = new Stage('ask');
    const { chat, conversation, calls } = talk((await stage.open({ policy: 'allow' })).tools, 'tiny__ask');
    await chat.complete(conversation);
    expect(calls()).toMatchObject([{ state: 'completed', output: '[{},{"action":"cancel"}]' }]);
    expect(stage.problems).toEqual([expect.stringContaining('see `asksFirst`')]);
  });

  it('is called off and called again with the answer, where its tools do nothing before they ask', async () => {
    await using stage = new Stage('ask');
    const open = async () => talk((await stage.open({ policy: 'allow', asksFirst: true })).tools, 'tiny__ask');
    const first = await open();
    expect(await first.chat.complete(first.conversation)).toMatchObject({ type: 'paused' });
    expect(first.calls()).toMatchObject([{ question: 'The server tiny asks: Which size?', schema }]);
    await expect.poll(() => stage.log, soon).toEqual(['ask {}', 'cancelled']);
    const text = JSON.stringify(first.conversation);
    stage.kill();
    const other = await open();
    const conversation = Conversation.parse(text);
    await answer({ ...other, conversation }, { size: 'L' });
    expect(await other.chat.complete(conversation)).toMatchObject({ type: 'done' });
    expect(callsOf(conversation)).toMatchObject([{ output: '[{},{"action":"accept","content":{"size":"L"}}]' }]);
    expect(stage.problems.filter((one) => one.includes('asksFirst'))).toEqual([]);
  });
});
