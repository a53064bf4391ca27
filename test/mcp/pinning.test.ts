import { describe, expect, it } from 'vitest';
import { createChat } from '../../src/chat/chat.ts';
import type { ToolSet } from '../../src/chat/tool.ts';
import type { Chat } from '../../src/chat/types.ts';
import { Conversation } from '../../src/conversation/conversation.ts';
import { scripted } from '../../src/testing/scripted.ts';
import { callsOf, soon, Stage, talk } from './stage.ts';
import type { Listed } from './stage.ts';

const pay: Listed = {
  name: 'pay',
  description: 'Pays somebody',
  inputSchema: { type: 'object', properties: { to: { type: 'string' }, note: { type: 'string' } } },
  annotations: { destructiveHint: false },
};
/** The same, but for what a person would want to know. */
const payMore: Listed = {
  ...pay,
  description: 'Pays somebody, and tells everybody',
  inputSchema: { type: 'object', properties: { to: { type: 'string', maxLength: 80 }, bcc: { type: 'string' } } },
};
const changes = 'description changed, argument "to" changed, argument "bcc" added, argument "note" removed';

describe('what a server says of a tool is pinned to the calls that were accepted for it', () => {
  it('asks again when it has changed, and says what: in the same chat, and in any other process (C1)', async () => {
    await using stage = new Stage(pay);
    const told: string[] = [];
    const mcp = await stage.open({ onChange: (changes) => told.push(...changes) });
    const make = (tools: ToolSet): Chat<ToolSet> =>
      createChat({
        model: scripted([{ calls: [{ name: 'tiny__pay', input: { to: 'Bob' } }] }, 'Done.'], { turnBy: 'answers' }),
        tools,
      }) as unknown as Chat<ToolSet>;
    const chat = mcp.chatWith(make);
    const conversation = new Conversation();
    conversation.say('Pay Bob');
    await chat.complete(conversation);
    await chat.decide(conversation, chat.waiting(conversation).approvals[0]!, { type: 'approve' });
    const elsewhere = Conversation.parse(JSON.stringify(conversation));
    stage.list(payMore);
    expect(await mcp.refresh()).toEqual([`tiny__pay: ${changes}`]);
    expect(told).toEqual([`tiny__pay: ${changes}`]);
    const other = await stage.open();
    for (const [by, where] of [
      [chat, conversation],
      [make(other.tools), elsewhere],
    ] as const) {
      expect(await by.complete(where)).toMatchObject({ type: 'paused' });
      expect(by.waiting(where).approvals).toMatchObject([
        {
          because: 'tool-changed',
          requirements: [{ reason: `the tool was changed since it was approved (${changes})` }],
        },
      ]);
    }
    expect(stage.log).toEqual([]);
    await chat.decide(conversation, chat.waiting(conversation).approvals[0]!, { type: 'approve' });
    expect(await chat.complete(conversation)).toMatchObject({ type: 'done' });
    expect(stage.log).toEqual(['pay {"to":"Bob"}']);
  });

  it('does not call what has changed without a word, and says that nothing took effect', async () => {
    await using stage = new Stage(pay, 'other');
    const mcp = await stage.open({ policy: 'allow' });
    stage.list(payMore);
    const { chat, conversation, calls } = talk(mcp.tools, 'tiny__pay', 'tiny__other');
    await chat.complete(conversation);
    expect(calls()).toMatchObject([
      {
        state: 'failed',
        reason: `its server tiny has changed it since it was listed (${changes}), so it was not called`,
        outcome: 'none',
      },
      { state: 'failed', reason: expect.stringContaining('(it is gone)') as string, outcome: 'none' },
    ]);
    expect(stage.log).toEqual([]);
    // It has heard of it now.
    await expect.poll(() => Object.keys(mcp.tools), soon).toEqual(['tiny__pay']);
    const again = talk(mcp.tools, 'tiny__pay');
    await again.chat.complete(again.conversation);
    expect(again.calls()).toMatchObject([{ state: 'completed' }]);
  });

  it('looks again only where nobody is trusted: a trusted server says itself when its tools change', async () => {
    await using stage = new Stage(pay, 'changes');
    const told: string[] = [];
    const mcp = await stage.open({ policy: 'allow', trusted: true, onChange: (changes) => told.push(...changes) });
    stage.list(payMore, 'changes', 'more');
    const quiet = talk(mcp.tools, 'tiny__pay');
    await quiet.chat.complete(quiet.conversation);
    expect(quiet.calls()).toMatchObject([{ state: 'completed' }]);
    const before = mcp.tools;
    const loud = talk(mcp.tools, 'tiny__changes');
    await loud.chat.complete(loud.conversation);
    await expect.poll(() => told, soon).toEqual([`tiny__pay: ${changes}`, 'tiny__more added']);
    expect(mcp.tools).not.toBe(before);
    expect(Object.keys(mcp.tools)).toEqual(['tiny__pay', 'tiny__changes', 'tiny__more']);
  });

  it('a chat of the tools of now tells the model of a new one in its next run', async () => {
    await using stage = new Stage('echo');
    const mcp = await stage.open({ policy: 'allow' });
    const model = scripted(['One.', { calls: [{ name: 'tiny__more', input: {} }] }, 'Two.']);
    const chat = mcp.chatWith((tools) => createChat({ model, tools: [{}, tools] }));
    const conversation = new Conversation();
    conversation.say('Go');
    await chat.complete(conversation);
    stage.list('echo', 'more');
    await mcp.refresh();
    conversation.say('Go on');
    await chat.complete(conversation);
    expect(model.requests.map(({ tools }) => tools.map(({ name }) => name))).toEqual([
      ['tiny__echo'],
      ['tiny__echo', 'tiny__more'],
      ['tiny__echo', 'tiny__more'],
    ]);
    expect(callsOf(conversation)).toMatchObject([{ state: 'completed', output: 'more {}' }]);
  });
});
