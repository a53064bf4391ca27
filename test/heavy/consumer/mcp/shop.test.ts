import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Conversation, createChat } from 'yourcall';
import type { Model, ToolCall } from 'yourcall';
import { mcpTools } from 'yourcall/mcp';
import type { McpServer, McpTools } from 'yourcall/mcp';
import { scripted } from 'yourcall/testing';
import { PortServer, callsOf, shop, talk, until } from './scene.ts';

/** A way to the shop, and how it ends. */
const ways: Readonly<Record<string, () => Promise<readonly [McpServer, () => Promise<void>]>>> = {
  'standard input and output': async () => [shop, async () => {}],
  HTTP: async () => {
    const server = await new PortServer(shop).start();
    return [{ url: server.url }, () => server.kill()];
  },
};

for (const [way, open] of Object.entries(ways)) {
  describe(`a server of 2026-07-28, over ${way}`, () => {
    test('asks for a size: the call waits as data, and another process orders', async () => {
      const [server, close] = await open();
      const opened = (): Promise<McpTools> => mcpTools({ servers: { shop: { ...server, policy: 'allow' } } });
      const order = { name: 'shop__order', input: { name: 'Ann' } };
      const first = await opened();
      const { chat, conversation } = talk(first.tools, order);
      assert.equal((await chat.complete(conversation)).type, 'paused');
      const text = JSON.stringify(conversation);
      await first.close();

      await using second = await opened();
      const there = talk(second.tools, order).chat;
      const kept = Conversation.parse(text);
      const [call] = there.waiting(kept).questions as readonly (ToolCall & { readonly question: string })[];
      assert.equal(call?.question, 'The server shop asks: Which size for Ann?');
      await there.decide(kept, call, { type: 'answer', output: { size: 'M' } });
      await there.complete(kept);
      const [again] = there.waiting(kept).questions as readonly (ToolCall & { readonly question: string })[];
      assert.match(String(again?.question), /^That does not fit/);
      await there.decide(kept, again!, { type: 'answer', output: { size: 'L' } });
      assert.equal((await there.complete(kept)).type, 'done');
      const [ordered] = callsOf(kept);
      assert.equal(ordered?.state === 'completed' && ordered.output, 'Ordered L for Ann');
      await close();
    });

    test('wants a model to be asked, and folders: a person sees the request, another process asks and answers', async () => {
      const [server, close] = await open();
      const opened = (model: Model): Promise<McpTools> =>
        mcpTools({ servers: { shop: { ...server, policy: 'allow', sampling: { model }, roots: ['/srv/shop'] } } });
      const paint = { name: 'shop__paint', input: {} };
      const first = await opened(scripted([]));
      const { chat, conversation } = talk(first.tools, paint);
      assert.equal((await chat.complete(conversation)).type, 'paused');
      const text = JSON.stringify(conversation);
      await first.close();

      const painter = scripted(['Blue.']);
      await using second = await opened(painter);
      const there = talk(second.tools, paint).chat;
      const kept = Conversation.parse(text);
      const [call] = there.waiting(kept).questions as readonly (ToolCall & { readonly question: string })[];
      assert.match(
        String(call?.question),
        /at most 20 tokens.*\ninstructions:\n> Be short\.\nuser:\n> Which colour\?$/,
      );
      await there.decide(kept, call!, { type: 'answer', output: 'yes' });
      assert.equal((await there.complete(kept)).type, 'done');
      const [painted] = callsOf(kept);
      assert.deepEqual(JSON.parse(String(painted?.state === 'completed' && painted.output)), {
        words: {
          role: 'assistant',
          content: { type: 'text', text: 'Blue.' },
          model: painter.id,
          stopReason: 'endTurn',
        },
        folders: { roots: [{ uri: 'file:///srv/shop', name: 'shop' }] },
      });
      await close();
    });

    test('is told of arguments that do not fit before anybody is asked', async () => {
      const [server, close] = await open();
      await using mcp = await mcpTools({ servers: { shop: server } });
      const { chat, conversation, calls } = talk(mcp.tools, { name: 'shop__order', input: { name: 5 } });
      await chat.complete(conversation);
      assert.equal(calls()[0]?.state, 'failed');
      await close();
    });
  });
}

test('one that is killed in the middle of a call, over HTTP, is noticed at once, and found when it is back', async () => {
  await using server = await new PortServer(shop).start();
  const told = { url: server.url, policy: 'allow', trusted: true, tools: { pack: { effect: 'once' } } } as const;
  await using mcp = await mcpTools({ servers: { shop: told }, onProblem: () => {} });
  const { chat, conversation, calls } = talk(mcp.tools, { name: 'shop__pack', input: {} });
  const run = chat.complete(conversation);
  await until(() => calls()[0]?.state === 'running');
  await new Promise((resolve) => setTimeout(resolve, 300));
  await server.kill();
  assert.equal((await run).type, 'paused');
  assert.equal(calls()[0]?.state, 'in-doubt');
  await server.start();
  const again = talk(mcp.tools, { name: 'shop__order', input: { name: 'Ann' } });
  assert.equal((await again.chat.complete(again.conversation)).type, 'paused');
  assert.equal(again.calls()[0]?.state, 'awaiting-input');
});

test('one that comes back as another release, over HTTP, is looked at anew although nobody calls it', async () => {
  await using server = await new PortServer(shop).start();
  await using mcp = await mcpTools({ servers: { shop: { url: server.url } }, onProblem: () => {} });
  assert.equal('shop__next' in mcp.tools, false);
  await server.kill();
  await server.start({ NEXT_RELEASE: 'yes' });
  await until(() => 'shop__next' in mcp.tools);
});

test('tools that a server learns are there in the next run', async () => {
  const told: string[] = [];
  const onChange = (changes: readonly string[]): void => void told.push(...changes);
  await using mcp = await mcpTools({ servers: { shop: { ...shop, policy: 'allow' } }, onChange });
  const model = scripted([
    { calls: [{ name: 'shop__grow', input: {} }] },
    'Grown.',
    { calls: [{ name: 'shop__grown', input: {} }] },
    'Used.',
  ]);
  const chat = mcp.chatWith((tools) => createChat({ model, tools }));
  const conversation = new Conversation();
  conversation.say('Learn');
  await chat.complete(conversation);
  await until(() => told.length > 0);
  assert.deepEqual(told.toSorted(), ['shop__grow: description changed', 'shop__grown added']);
  conversation.say('Use it');
  await chat.complete(conversation);
  const used = callsOf(conversation).at(-1);
  assert.equal(used?.state === 'completed' && used.output, 'new');
});
