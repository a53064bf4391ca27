import { describe, expect, it } from 'vitest';
import { scoped } from '../../src/chat/tool.ts';
import { recordEvents } from '../../src/testing/record-events.ts';
import { mcpTools } from '../../src/mcp/index.ts';
import { isAlive, soon, Stage, talk } from './stage.ts';

describe('a server that means no good', () => {
  it('runs nothing unasked by saying that it only reads', async () => {
    await using stage = new Stage({ name: 'get-env', annotations: { readOnlyHint: true, openWorldHint: false } });
    const lying = talk((await stage.open()).tools, 'tiny__get-env');
    expect(await lying.chat.complete(lying.conversation)).toMatchObject({ type: 'paused' });
    expect(lying.calls()).toMatchObject([{ state: 'awaiting-approval', effect: 'undeclared' }]);
    expect(stage.log).toEqual([]);
    const trusted = talk((await stage.open({ trusted: true })).tools, 'tiny__get-env');
    await trusted.chat.complete(trusted.conversation);
    expect(trusted.calls()).toMatchObject([{ state: 'completed', effect: 'read' }]);
  });

  it('is asked about as dangerous when it may destroy, and nothing is ever granted for that', async () => {
    await using stage = new Stage({ name: 'put', annotations: { idempotentHint: true } }, 'say');
    const { tools } = await stage.open({ trusted: true });
    const { chat, conversation, calls } = talk(tools, 'tiny__put');
    await chat.complete(conversation);
    expect(calls()).toMatchObject([{ effect: 'undeclared', requirements: [{ risk: 'destructive' }] }]);
    expect(tools['tiny__put']?.metadata).toMatchObject({ destructiveHint: true, server: 'tiny' });
    expect(tools['tiny__say']?.metadata).toMatchObject({ destructiveHint: false });
  });

  it('is overruled by what you say of it, by the rules of the house', async () => {
    await using stage = new Stage('a', 'b', 'c', 'd');
    const b = { policy: { ask: { approvers: ['ann'] } }, effect: 'once', timeout: 50_000 } as const;
    const { tools } = await stage.open({ policy: 'allow', timeout: 90_000, tools: { b, c: { enabled: false } } });
    expect(Object.keys(tools)).toEqual(['tiny__a', 'tiny__b', 'tiny__d']);
    expect(tools).toMatchObject({ tiny__a: { timeout: 90_000 }, tiny__b: { timeout: 50_000, effect: 'once' } });
    const states = async (set: typeof tools, name: string): Promise<readonly string[]> => {
      const { chat, conversation, calls } = talk(set, name);
      await chat.complete(conversation);
      return calls().map(({ state }) => state);
    };
    expect(await states(tools, 'tiny__a')).toEqual(['completed']);
    expect(await states(tools, 'tiny__b')).toEqual(['awaiting-approval']);
    expect(await states(scoped(tools, { deny: 'no' }), 'tiny__d')).toEqual(['denied']);
    await stage.open({ tools: { dd: { policy: 'deny' } } });
    expect(stage.problems).toEqual(['Something is said of a tool "dd", which tiny does not have.']);
    const unsaid = (await stage.open()).tools;
    expect(await states(scoped(unsaid, 'allow'), 'tiny__a')).toEqual(['completed']);
  });

  it('is overruled by your word for an effect, in either direction', async () => {
    const annotations = { readOnlyHint: true };
    await using stage = new Stage({ name: 'a', annotations }, 'b');
    const { tools } = await stage.open({ trusted: true, tools: { a: { effect: 'once' }, b: { effect: 'read' } } });
    expect(tools).toMatchObject({
      tiny__a: { effect: 'once', usual: 'ask' },
      tiny__b: { effect: 'read', usual: 'allow' },
    });
  });

  it('may name its tools as it likes: models are told names that every wire takes', async () => {
    await using stage = new Stage('<b>bold</b>', 'a b\u202e', '__proto__', 'constructor', 'x'.repeat(200));
    const { tools } = await stage.open();
    expect(Object.keys(tools).filter((name) => !/^[a-z_][\w-]{0,63}$/i.test(name))).toEqual([]);
    expect(Object.keys(tools)).toHaveLength(5);
  });

  it('cannot make one name of two: that is an error, which names both', async () => {
    await using stage = new Stage('get.it', 'get_it');
    await expect(stage.open()).rejects.toThrow(
      'Two tools would be named tiny__get_it: "get.it" of tiny and "get_it" of tiny.',
    );
    expect(stage.processes.filter(isAlive)).toEqual([]);
    await using one = new Stage('get_it');
    const mcp = await one.open();
    one.list('get_it', 'get.it');
    await expect(mcp.refresh()).rejects.toThrow('"get.it" of tiny');
    expect(Object.keys(mcp.tools)).toEqual(['tiny__get_it']);
  });

  it('loses a tool that cannot be used or pinned, and no other', async () => {
    await using stage = new Stage(
      'good',
      { name: 'bad type', inputSchema: { type: 'object', properties: { a: { type: 'strnig' } } } },
      { name: 'elsewhere', inputSchema: { type: 'object', properties: { a: { $ref: 'https://a.example/b' } } } },
      { name: 'half', description: 'half a pair \ud800' },
    );
    expect(Object.keys((await stage.open()).tools)).toEqual(['tiny__good']);
    expect(stage.problems.join('\n')).toMatch(
      /"half" of tiny is left out.*surrogate[^]*"bad type" of tiny.*strnig[^]*"elsewhere" of tiny/,
    );
  });

  it('reports as often as it likes, and people see some of it', async () => {
    await using stage = new Stage('flood');
    const { chat, conversation } = talk((await stage.open({ policy: 'allow' })).tools, 'tiny__flood');
    const { events } = await recordEvents(chat.stream(conversation));
    const reports = events.filter(({ type }) => type === 'tool-progress');
    expect(reports.length).toBeGreaterThan(0);
    expect(reports.length).toBeLessThan(200);
  });

  it('may break its own promise about results: it has acted, and has not failed (E6)', async () => {
    const outputSchema = { type: 'object', properties: { sum: { type: 'string' } }, required: ['sum'] };
    await using stage = new Stage({ name: 'odd', outputSchema }, { name: 'echo', outputSchema });
    const { chat, conversation, calls } = talk(
      (await stage.open({ policy: 'allow' })).tools,
      'tiny__odd',
      'tiny__echo',
    );
    await chat.complete(conversation);
    expect(calls()).toMatchObject([
      { state: 'completed', output: { structuredContent: { sum: 5 } } },
      { state: 'completed', output: 'echo {}' },
    ]);
  });

  it('sees the variables that it was given, and none of this process', async () => {
    process.env['SECRET_OF_OURS'] = 'geheim';
    await using stage = new Stage('env');
    const mcp = await mcpTools({ servers: { tiny: { ...stage.server, env: { TOLD: 'yes' }, policy: 'allow' } } });
    const { chat, conversation, calls } = talk(mcp.tools, 'tiny__env');
    await chat.complete(conversation).finally(() => mcp.close());
    expect(calls()).toMatchObject([{ output: expect.stringMatching(/TOLD/) as string }]);
    expect(JSON.stringify(calls())).not.toContain('SECRET_OF_OURS');
  });

  it('tells no endless tales', async () => {
    await using stage = new Stage({ name: 'say', description: 'x'.repeat(100_000) });
    expect((await stage.open()).tools['tiny__say']?.description).toMatch(/^x{16384} … \(cut: too long\)$/);
  });
});

describe('a server that does not start', () => {
  const nowhere = { command: 'nowhere-at-all' };

  it('is an error that names it, with its last words, and ends the others', async () => {
    const dying = { command: process.execPath, args: ['-e', 'console.error("no key"); process.exit(1)'] };
    await expect(mcpTools({ servers: { shop: dying } })).rejects.toMatchObject({
      code: 'network',
      message: expect.stringMatching(
        /^The MCP server "shop" could not be started: .*Its last words: no key$/,
      ) as string,
    });
    await expect(mcpTools({ servers: { shop: nowhere } })).rejects.toThrow('"shop" could not be started');
    const late = { command: process.execPath, args: ['-e', 'setInterval(() => {}, 1000)'], startTimeout: 500 };
    await expect(mcpTools({ servers: { late } })).rejects.toThrow('"late" could not be started');
  });

  it('is left out when it is optional, found by a later look, and kept when it is lost again', async () => {
    await using stage = new Stage('echo');
    const told: string[] = [];
    const mcp = await stage.open({ optional: true, program: 'late.ts', onChange: (changes) => told.push(...changes) });
    expect([mcp.tools, stage.problems]).toEqual([{}, [expect.stringContaining('"tiny" could not be started')]]);
    stage.install('late.ts');
    expect(await mcp.refresh()).toEqual(['tiny__echo added']);
    expect(told).toEqual(['tiny__echo added']);
    stage.uninstall('late.ts');
    const { chat, conversation, calls } = talk(mcp.tools, 'tiny__echo');
    stage.kill();
    await expect.poll(() => stage.problems.length, soon).toBeGreaterThan(1);
    await mcp.refresh();
    expect(Object.keys(mcp.tools)).toEqual(['tiny__echo']);
    await chat.complete(conversation);
    await chat.decide(conversation, calls()[0]!, { type: 'approve' });
    await chat.complete(conversation);
    expect(calls()).toMatchObject([{ state: 'failed', reason: 'its server tiny cannot be reached', outcome: 'none' }]);
  });
});
