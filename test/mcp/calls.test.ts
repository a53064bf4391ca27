import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { scoped } from '../../src/chat/tool.ts';
import type { McpTools, ToolSettings } from '../../src/mcp/index.ts';
import { recordEvents } from '../../src/testing/record-events.ts';
import { soon, Stage, talk, talkOf } from './stage.ts';

const names = ['echo', 'fail', 'refuse', 'die', 'odd', 'many', 'slow', 'huge', 'get.it'];

describe.each(['legacy', 'modern'] as const)(
  'a server that speaks as it was done before 2026-07-28 or since: %s',
  (era) => {
    let stage: Stage;
    let mcp: McpTools;

    beforeEach(async () => {
      stage = new Stage(...names);
      mcp = await stage.open({ era, policy: 'allow' });
    });

    afterEach(() => stage[Symbol.asyncDispose]());

    it('is asked for its tools, which stand under its name, and are the same until one changes', async () => {
      expect(Object.keys(mcp.tools)).toEqual(names.map((name) => `tiny__${name.replace('.', '_')}`));
      const { tools } = mcp;
      expect(await mcp.refresh()).toEqual([]);
      expect(mcp.tools).toBe(tools);
    });

    it('is called with what a person made of the arguments, and what it answers goes to the model', async () => {
      const asked = talkOf(scoped(mcp.tools, 'ask'), [{ calls: [{ name: 'tiny__get_it', input: { n: 1 } }] }, 'Done.']);
      await asked.chat.complete(asked.conversation);
      const [call] = asked.chat.waiting(asked.conversation).approvals;
      expect(stage.log).toEqual([]);
      await asked.chat.decide(asked.conversation, call!, { type: 'approve', input: { n: 2 } });
      expect(await asked.chat.complete(asked.conversation)).toMatchObject({ type: 'done' });
      expect(asked.calls()).toMatchObject([{ state: 'completed', output: 'get.it {"n":2}' }]);
      expect(stage.log).toEqual(['get.it {"n":2}']);
      const rejected = talk(scoped(mcp.tools, 'ask'), 'tiny__echo');
      await rejected.chat.complete(rejected.conversation);
      await rejected.chat.decide(rejected.conversation, rejected.calls()[0]!, { type: 'reject' });
      await rejected.chat.complete(rejected.conversation);
      expect(rejected.calls()).toMatchObject([{ state: 'rejected' }]);
      expect(stage.log).toHaveLength(1);
    });

    it('may answer with pictures, files, links and values', async () => {
      const { chat, conversation, calls } = talk(mcp.tools, 'tiny__many', 'tiny__odd', 'tiny__huge');
      await chat.complete(conversation);
      const [many, odd, huge] = calls();
      expect(many).toMatchObject({
        state: 'completed',
        content: [
          { type: 'text', text: 'a picture' },
          { type: 'file', mediaType: 'image/png', source: { type: 'base64', data: 'aGk=' } },
          { type: 'text', text: 'Resource file:///a.txt:\ninside' },
          { type: 'file', mediaType: 'application/octet-stream', name: 'file:///a.bin' },
          { type: 'text', text: 'Resource b: https://a.example/b' },
        ],
      });
      expect(odd).toMatchObject({ output: { structuredContent: { sum: 5 } }, content: [{ text: 'text beside' }] });
      expect(huge).toMatchObject({ state: 'completed', output: { note: 'result not storable' } });
    });

    it('says that it failed, which tells the model why, and nobody whether it took effect (E1)', async () => {
      const { chat, conversation, calls, model } = talk(mcp.tools, 'tiny__fail', 'tiny__refuse', 'tiny__die');
      await chat.complete(conversation);
      expect(calls()).toMatchObject([
        { state: 'failed', reason: 'disk full', outcome: 'unknown' },
        { state: 'failed', reason: 'no such order', outcome: 'unknown' },
        { state: 'failed', reason: 'its server tiny went away while it ran', outcome: 'unknown' },
      ]);
      expect(model.heard.at(-1)?.join('\n')).toContain('disk full It may have taken effect all the same.');
    });

    it('tells how far it is, and is told when it need not go on', async () => {
      const { chat, conversation, calls } = talk(mcp.tools, 'tiny__slow');
      const stop = new AbortController();
      const seen: unknown[] = [];
      const events = chat.stream(conversation, { signal: stop.signal });
      await expect(async () => {
        for await (const event of events) {
          if (event.type !== 'tool-progress') continue;
          seen.push(event.progress);
          stop.abort(new Error('enough'));
        }
      }).rejects.toThrow('enough');
      expect(seen).toEqual([{ progress: 1, total: 2, message: 'half' }]);
      expect(calls()).toMatchObject([{ state: 'cancelled', outcome: 'unknown' }]);
      await expect.poll(() => stage.log, soon).toContain('cancelled');
    });
  },
);

describe('a call whose server dies', () => {
  it.each<[ToolSettings['effect'] | undefined, object]>([
    ['once', { state: 'in-doubt', reason: 'its server tiny went away while it ran' }],
    ['read', { state: 'failed', outcome: 'none' }],
    [undefined, { state: 'failed', outcome: 'unknown' }],
  ])('comes to what its effect says, and is not made again: %s (E1)', async (effect, standing) => {
    await using stage = new Stage('die', 'echo');
    const mcp = await stage.open({ policy: 'allow', tools: { die: { ...(effect && { effect }) } } });
    const { chat, conversation, calls } = talk(mcp.tools, 'tiny__die', 'tiny__echo');
    const { outline } = await recordEvents(chat.stream(conversation));
    expect(calls()[0]).toMatchObject(standing);
    expect(stage.log[0]).toBe('die {}');
    expect(stage.log.filter((line) => line.startsWith('die'))).toHaveLength(1);
    // The next one finds a server that was started again.
    expect(outline.at(-1)).toMatch(effect === 'once' ? /^paused/ : /^done/);
    if (effect !== 'once') expect(calls()[1]).toMatchObject({ state: 'completed', output: 'echo {}' });
  });
});
