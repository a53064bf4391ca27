import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { mcpTools } from 'yourcall/mcp';
import { scripted } from 'yourcall/testing';
import { PortServer, reference, talk, until } from './scene.ts';

const quiet = { onProblem: () => {} };

describe('the reference servers, over standard input and output', () => {
  test('files: reading runs, writing asks; approved, edited, rejected', async () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'yourcall-files-')));
    writeFileSync(join(folder, 'a.txt'), 'hello');
    const files = { ...reference('filesystem', folder), trusted: true };
    await using mcp = await mcpTools({ servers: { files, memory: reference('memory') } });
    assert.equal(Object.keys(mcp.tools).length, 23);
    const path = (name: string): string => join(folder, name);
    const write = (name: string) => ({ name: 'files__write_file', input: { path: path(name), content: 'new' } });
    const { chat, conversation, calls } = talk(
      mcp.tools,
      { name: 'files__read_text_file', input: { path: path('a.txt') } },
      write('b.txt'),
      write('c.txt'),
      write('d.txt'),
      { name: 'files__read_text_file', input: { path: '/etc/passwd' } },
    );
    for (const decision of [
      { type: 'approve' },
      { type: 'approve', input: { path: path('edited.txt'), content: 'edited' } },
      { type: 'reject' },
    ] as const) {
      assert.equal((await chat.complete(conversation)).type, 'paused');
      const [call] = chat.waiting(conversation).approvals;
      assert.equal(call?.requirements?.[0]?.risk, 'destructive');
      assert.equal((await chat.decide(conversation, call!, decision)).type, 'applied');
    }
    assert.equal((await chat.complete(conversation)).type, 'done');
    assert.deepEqual(
      calls().map(({ state }) => state),
      ['completed', 'completed', 'completed', 'rejected', 'failed'],
    );
    const [read, , , , refused] = calls();
    assert.deepEqual(read?.state === 'completed' && read.content, [{ type: 'text', text: 'hello' }]);
    assert.match(String(refused?.state === 'failed' && refused.reason), /Access denied/);
    assert.equal(refused?.state === 'failed' && refused.outcome, 'none');
    assert.equal(readFileSync(path('b.txt'), 'utf8'), 'new');
    assert.equal(readFileSync(path('edited.txt'), 'utf8'), 'edited');
    rmSync(folder, { recursive: true });
  });

  test('memory: two calls at once, of a server that hints at nothing', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'yourcall-memory-')), 'memory.json');
    const memory = { ...reference('memory'), env: { MEMORY_FILE_PATH: file }, policy: 'allow' } as const;
    await using mcp = await mcpTools({ servers: { memory } });
    const ann = { name: 'Ann', entityType: 'person', observations: ['likes tea'] };
    const { chat, conversation, calls } = talk(
      mcp.tools,
      { name: 'memory__create_entities', input: { entities: [ann] } },
      { name: 'memory__search_nodes', input: { query: 'tea' } },
    );
    await chat.complete(conversation);
    const [, found] = calls();
    assert.match(JSON.stringify(found?.state === 'completed' && found.output), /likes tea/);
  });

  test('a server that asks over the open line is asked again with the answer, where you say that it asks first', async () => {
    const all = { ...reference('everything', 'stdio'), policy: 'allow', asksFirst: true } as const;
    await using mcp = await mcpTools({ servers: { all } });
    const { chat, conversation, calls } = talk(mcp.tools, { name: 'all__trigger-elicitation-request', input: {} });
    assert.equal((await chat.complete(conversation)).type, 'paused');
    const [call] = calls();
    assert.match(String(call?.state === 'awaiting-input' && call.question), /^The server all asks: Please provide/);
    await chat.decide(conversation, call!, { type: 'answer', output: { name: 'Ann' } });
    assert.equal((await chat.complete(conversation)).type, 'done');
    assert.match(JSON.stringify(calls()), /Ann/);
  });

  test('a server has tools that need a model and folders where it was given them; over the open line both answer', async () => {
    const plain = { ...reference('everything', 'stdio'), policy: 'allow' } as const;
    const sampling = { model: scripted(['Blue.']), policy: 'allow' } as const;
    const given = { ...plain, sampling, roots: ['/srv/shop'] } as const;
    await using mcp = await mcpTools({ servers: { plain, given } });
    // It tells of them when it has seen what the client can do.
    await until(() => 'given__trigger-sampling-request' in mcp.tools && 'given__get-roots-list' in mcp.tools);
    assert.deepEqual(
      Object.keys(mcp.tools).filter((name) => /^plain__.*(?:sampling|roots)/.test(name)),
      [],
    );
    const { chat, conversation, calls } = talk(
      mcp.tools,
      { name: 'given__trigger-sampling-request', input: { prompt: 'Which colour?', maxTokens: 20 } },
      { name: 'given__get-roots-list', input: {} },
    );
    await chat.complete(conversation);
    const [sampled, listed] = calls();
    assert.match(JSON.stringify(sampled?.state === 'completed' && sampled.output), /Blue\./);
    assert.match(JSON.stringify(listed?.state === 'completed' && listed.output), /file:\/\/\/srv\/shop/);
  });

  test('a server that wants a model to be asked, over the open line: a person sees it first', async () => {
    const all = { ...reference('everything', 'stdio'), policy: 'allow', asksFirst: true } as const;
    await using mcp = await mcpTools({ servers: { all: { ...all, sampling: { model: scripted(['Blue.']) } } } });
    await until(() => 'all__trigger-sampling-request' in mcp.tools);
    const { chat, conversation, calls } = talk(mcp.tools, {
      name: 'all__trigger-sampling-request',
      input: { prompt: 'Which colour?', maxTokens: 20 },
    });
    assert.equal((await chat.complete(conversation)).type, 'paused');
    const [call] = calls();
    assert.match(String(call?.state === 'awaiting-input' && call.question), /> .*Which colour\?$/);
    await chat.decide(conversation, call!, { type: 'answer', output: 'yes' });
    assert.equal((await chat.complete(conversation)).type, 'done');
    assert.match(JSON.stringify(calls()), /Blue\./);
  });

  test('the variables of this process stay here', async () => {
    process.env['SECRET_OF_OURS'] = 'geheim';
    await using mcp = await mcpTools({
      servers: { all: { ...reference('everything', 'stdio'), policy: 'allow', env: { TOLD: 'yes' } } },
    });
    const { chat, conversation, calls } = talk(mcp.tools, { name: 'all__get-env', input: {} });
    await chat.complete(conversation);
    const [call] = calls();
    const output = JSON.stringify(call?.state === 'completed' && call.output);
    assert.match(output, /TOLD/);
    assert.doesNotMatch(output, /geheim/);
  });
});

describe('the server that does everything, over HTTP', () => {
  test('adds, shows, structures, reports, is called off', async () => {
    await using server = await new PortServer(reference('everything', 'streamableHttp')).start();
    const { url } = server;
    await using mcp = await mcpTools({ servers: { all: { url, policy: 'allow' } } });
    const { chat, conversation, calls } = talk(
      mcp.tools,
      { name: 'all__get-sum', input: { a: 2, b: 3 } },
      { name: 'all__get-tiny-image', input: {} },
      { name: 'all__get-structured-content', input: { location: 'Chicago' } },
      { name: 'all__trigger-long-running-operation', input: { duration: 0.5, steps: 2 } },
      { name: 'all__trigger-long-running-operation', input: { duration: 60, steps: 600 } },
    );
    const stop = new AbortController();
    const progress: unknown[] = [];
    await assert.rejects(async () => {
      for await (const event of chat.stream(conversation, { signal: stop.signal })) {
        if (event.type === 'tool-progress' && progress.push(event.progress) > 3) stop.abort(new Error('enough'));
      }
    }, /enough/);
    const [sum, image, structured, long, stopped] = calls();
    assert.match(JSON.stringify(sum), /The sum of 2 and 3 is 5/);
    assert.ok(image?.state === 'completed' && image.content?.some((part) => part.type === 'file'));
    assert.match(
      JSON.stringify(structured?.state === 'completed' && structured.output),
      /"structuredContent":\{"temperature"/,
    );
    assert.equal(long?.state, 'completed');
    assert.deepEqual(progress[0], { progress: 1, total: 2 });
    assert.equal(stopped?.state, 'cancelled');
  });

  test('is killed in the middle of a call: nobody knows; started again it is found again', async () => {
    await using server = await new PortServer(reference('everything', 'streamableHttp')).start();
    const { url } = server;
    await using mcp = await mcpTools({
      servers: {
        all: {
          url,
          policy: 'allow',
          trusted: true,
          tools: { 'trigger-long-running-operation': { effect: 'once', timeout: 60_000 } },
        },
      },
      ...quiet,
    });
    const { chat, conversation, calls } = talk(mcp.tools, {
      name: 'all__trigger-long-running-operation',
      input: { duration: 30, steps: 300 },
    });
    const run = chat.complete(conversation);
    await until(() => calls()[0]?.state === 'running');
    await new Promise((resolve) => setTimeout(resolve, 300));
    await server.kill();
    assert.equal((await run).type, 'paused');
    assert.equal(calls()[0]?.state, 'in-doubt');
    const gone = talk(mcp.tools, { name: 'all__echo', input: { message: 'hi' } });
    await gone.chat.complete(gone.conversation);
    const [unreached] = gone.calls();
    assert.equal(unreached?.state === 'failed' && unreached.outcome, 'none');
    await server.start();
    const again = talk(mcp.tools, { name: 'all__echo', input: { message: 'hi' } });
    await again.chat.complete(again.conversation);
    assert.match(JSON.stringify(again.calls()), /Echo: hi/);
  });
});
