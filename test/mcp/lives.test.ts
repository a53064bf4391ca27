import { expect, it } from 'vitest';
import { isAlive, soon, Stage, talk } from './stage.ts';

it('a server that was killed is started again, and its calls go on', async () => {
  await using stage = new Stage('echo');
  const mcp = await stage.open({ policy: 'allow', trusted: true });
  stage.list('echo', 'new');
  stage.kill();
  // It may be another release of itself.
  await expect.poll(() => Object.keys(mcp.tools), soon).toEqual(['tiny__echo', 'tiny__new']);
  const { chat, conversation, calls } = talk(mcp.tools, 'tiny__echo');
  await chat.complete(conversation);
  expect(calls()).toMatchObject([{ state: 'completed', output: 'echo {}' }]);
  expect(stage.problems).toEqual([]);
});

it('a server that ends its news is asked for them again, and for what was missed', async () => {
  await using stage = new Stage('hush');
  const mcp = await stage.open({ era: 'modern', policy: 'allow', trusted: true });
  const { chat, conversation, calls } = talk(mcp.tools, 'tiny__hush');
  stage.list('hush', 'new');
  await chat.complete(conversation);
  expect(calls()).toMatchObject([{ output: 'hushed' }]);
  await expect.poll(() => Object.keys(mcp.tools), soon).toEqual(['tiny__hush', 'tiny__new']);
});

it('a call that comes while nothing is there waits for the server, or is told that it was not reached', async () => {
  await using stage = new Stage('echo');
  stage.install('gone.ts');
  const mcp = await stage.open({ policy: 'allow', program: 'gone.ts' });
  stage.uninstall('gone.ts');
  stage.kill();
  await expect.poll(() => stage.problems, soon).not.toEqual([]);
  const lost = talk(mcp.tools, 'tiny__echo');
  await lost.chat.complete(lost.conversation);
  expect(lost.calls()).toMatchObject([
    { state: 'failed', reason: 'its server tiny cannot be reached', outcome: 'none' },
  ]);
  stage.install('gone.ts');
  const found = talk(mcp.tools, 'tiny__echo');
  await found.chat.complete(found.conversation);
  expect(found.calls()).toMatchObject([{ state: 'completed' }]);
});

it('what was in doubt stays so when the server is not there for the next attempt: it did nothing, the first one may have (E1)', async () => {
  await using stage = new Stage('die');
  stage.install('gone.ts');
  const mcp = await stage.open({
    policy: 'allow',
    trusted: true,
    program: 'gone.ts',
    tools: { die: { effect: 'once', timeout: 3_000 } },
  });
  const { chat, conversation, calls } = talk(mcp.tools, 'tiny__die');
  stage.uninstall('gone.ts');
  await chat.complete(conversation);
  expect(calls()).toMatchObject([{ state: 'in-doubt' }]);
  await expect
    .poll(async () => (await chat.decide(conversation, calls()[0]!, { type: 'run-again' })).type, soon)
    .toBe('applied');
  await chat.complete(conversation);
  expect(calls()).toMatchObject([{ state: 'in-doubt', reason: 'its server tiny cannot be reached' }]);
});

it('closing ends every process, and cuts off what runs', async () => {
  await using stage = new Stage('slow');
  const mcp = await stage.open({ policy: 'allow', trusted: true });
  const { chat, conversation, calls } = talk(mcp.tools, 'tiny__slow');
  const ended = chat.complete(conversation);
  await expect.poll(() => stage.log, soon).toEqual(['slow {}']);
  await mcp[Symbol.asyncDispose]();
  await ended;
  expect(calls()).toMatchObject([{ state: 'failed', outcome: 'unknown' }]);
  expect(stage.processes.length).toBeGreaterThan(0);
  expect(stage.processes.filter(isAlive)).toEqual([]);
});
