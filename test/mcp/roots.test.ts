import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { soon, Stage, talk } from './stage.ts';
import type { Opening } from './stage.ts';

const folder = { uri: pathToFileURL('/srv/shop').href, name: 'shop' };

/** What a server is told that asks for roots, by one of its tools. */
async function told(stage: Stage, opening: Opening): Promise<unknown> {
  const { chat, conversation, calls } = talk((await stage.open({ policy: 'allow', ...opening })).tools, 'tiny__roots');
  await chat.complete(conversation);
  const [call] = calls();
  return call?.state === 'completed' ? JSON.parse(String(call.output)) : call;
}

describe.each(['legacy', 'modern'] as const)('a server of the %s protocol that asks for roots', (era) => {
  const answered = era === 'modern' ? (given: object) => ({ it: given }) : (given: object) => [{}, given];

  it('is told of the folders that it was given, and nobody is asked', async () => {
    await using stage = new Stage('roots');
    expect(await told(stage, { era, roots: ['/srv/shop'] })).toEqual(answered({ roots: [folder] }));
    expect(await told(stage, { era, roots: [folder.uri] })).toEqual(answered({ roots: [folder] }));
    expect(await told(stage, { era, roots: [] })).toEqual(answered({ roots: [] }));
  });

  it('is told of those of now, where they come by a function', async () => {
    await using stage = new Stage('roots');
    let place = '/srv/old';
    const opening = { era, roots: async () => [place] };
    const { tools } = await stage.open({ policy: 'allow', ...opening });
    place = '/srv/shop';
    const { chat, conversation, calls } = talk(tools, 'tiny__roots');
    await chat.complete(conversation);
    expect(calls()).toMatchObject([{ output: JSON.stringify(answered({ roots: [folder] })) }]);
  });

  it('is told of none where none were given', async () => {
    await using stage = new Stage('roots');
    expect(await told(stage, { era })).toMatchObject(
      era === 'modern'
        ? { state: 'failed', reason: 'its server wants roots/list, which is not given here' }
        : [{}, { code: -32601 }],
    );
  });

  it('is told of no address that is no folder', async () => {
    await using stage = new Stage('roots');
    const answer = await told(stage, { era, roots: ['https://a.example/'] });
    expect(JSON.stringify(answer)).not.toContain('"roots":[');
  });
});

it('roots are offered to a server that has been given some; that they may change, where they may', async () => {
  await using stage = new Stage('roots');
  await stage.open();
  await stage.open({ roots: ['/srv'] });
  await stage.open({ roots: () => ['/srv'] });
  const capabilities = stage.heard.map(({ params }) => (params as { capabilities: object }).capabilities);
  expect(capabilities).toEqual([
    { elicitation: { form: {}, url: {} } },
    { elicitation: { form: {}, url: {} }, roots: { listChanged: false } },
    { elicitation: { form: {}, url: {} }, roots: { listChanged: true } },
  ]);
});

it('a server is told that its roots are others, where they may be', async () => {
  await using stage = new Stage('roots');
  const fixed = await stage.open({ roots: ['/srv'] });
  const other = await stage.open({ roots: () => ['/srv'] });
  const modern = await stage.open({ roots: () => ['/srv'], era: 'modern' });
  await Promise.all([fixed.rootsChanged(), other.rootsChanged(), modern.rootsChanged()]);
  const news = (): readonly string[] => stage.heard.map(({ method }) => method).filter((one) => one !== 'initialize');
  await expect.poll(news, soon).toEqual(['notifications/roots/list_changed']);
  expect(stage.problems).toEqual([]);
});

it('a server that asks for roots again and again is left', async () => {
  await using stage = new Stage('endless');
  const { tools } = await stage.open({ era: 'modern', policy: 'allow', roots: ['/srv'] });
  const { chat, conversation, calls } = talk(tools, 'tiny__endless');
  await chat.complete(conversation);
  const reason = 'its server tiny asks for more and more, and comes to no end';
  expect(calls()).toMatchObject([{ state: 'failed', reason, outcome: 'unknown' }]);
  expect(stage.log).toHaveLength(16);
});
