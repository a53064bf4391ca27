// What tools keep to themselves: who may not decide finds it nowhere, whatever they ask and in whatever protocol.
import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { requestAs } from '../../test/server/shop.ts';
import { openVault } from '../../test/server/vault.ts';
import type { Kept, Vault, VaultOptions } from '../../test/server/vault.ts';
import { orderedJson } from '../conversation/digest.ts';
import { seenOf } from '../conversation/seen.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import { sqliteStore } from '../store/sqlite/index.ts';
import { callsIn } from './deciding.ts';

const marker = 'zq81hunter2xk';

interface WaitingNow {
  readonly call: ToolCall;
  readonly seen: string;
}

async function waitingFor(vault: Vault, who: string, thread: string): Promise<readonly WaitingNow[]> {
  return (JSON.parse(await vault.ask(who, `GET /threads/${thread}`)) as { waiting: WaitingNow[] }).waiting;
}

/** Ann speaks in every protocol, Kim decides, and what can be asked was asked by Ann in the end. Gives the calls as they are. */
async function talk(vault: Vault, { input }: VaultOptions): Promise<readonly ToolCall[]> {
  const { id: thread } = JSON.parse(await vault.ask('ann', 'POST /threads', {})) as { id: string };
  const watching = new AbortController();
  const events = vault.ask('ann', `GET /threads/${thread}/events?after=c0`).catch(() => {});
  const word = (id: string) => ({ id, role: 'user', content: 'Log in.', parts: [{ type: 'text', text: 'Log in.' }] });
  const agUi = (messages: readonly object[]) =>
    vault.ask('ann', 'POST /ag-ui', { threadId: thread, runId: 'r', messages, tools: [], context: [] });
  const said = await vault.fetch(requestAs('ann', 'POST /ai-sdk', { id: thread, message: word('w1') }));
  await Promise.all([said.text(), vault.ask('ann', `GET /ai-sdk/${thread}/stream`), agUi([])]);
  await vault.rest(thread);
  const waiting = await waitingFor(vault, 'kim', thread);
  await decide(vault, { thread, input, waiting });
  await answer(vault, thread);
  await vault.rest(thread);
  await agUi([word('w1')]);
  await askEverything(vault, thread);
  watching.abort();
  await vault.handler.close();
  await events;
  const read = await vault.runtime.read({ tenant: 'acme', thread });
  return callsIn(read!.messages);
}

interface Deciding {
  readonly thread: string;
  readonly input: Kept;
  readonly waiting: readonly WaitingNow[];
}

/** Kim approves with an edit, over the page of a link, and by her host of MCP; she rejects, and says what happened. */
async function decide(vault: Vault, { thread, input, waiting }: Deciding): Promise<void> {
  const of = (name: string) => waiting.find(({ call }) => call.name === name)!;
  const path = new URL(await vault.linkTo(thread, of('trips').call.id)).pathname;
  expect(await vault.ask('kim', `GET ${path}`)).toContain(marker);
  const handed = (name: string, decision: object) => {
    const { call, seen } = of(name);
    return { call: call.id, seen, decision };
  };
  await vault.ask('kim', `POST /threads/${thread}/decisions`, {
    decisions: [
      handed('asks', { type: 'approve', input: { ...input, note: 'edited' } }),
      handed('doubts', { type: 'happened', output: { of: input } }),
    ],
  });
  const asked: string[] = [];
  const host = await vault.host('kim', asked);
  // The model of her host is told of what waits, as who only looks on is, and hands in the digest of that.
  const { structuredContent } = await host.callTool({ name: 'inbox', arguments: { thread } });
  const { items } = structuredContent as { items: { call: string; name: string; seen: string }[] };
  const { call, seen } = items.find(({ name }) => name === 'rejects')!;
  const decided = { thread, call, seen, decision: 'reject', reason: `not with ${marker}` };
  const { isError } = await host.callTool({ name: 'decide', arguments: decided });
  expect([isError, asked.length]).toEqual([undefined, 1]);
  expect(asked[0]).toContain(marker);
  await host.callTool({ name: 'read_thread', arguments: { thread } });
  await host.close();
}

/** Ann answers the question by what she was shown of its call, which is not all of it. */
async function answer(vault: Vault, thread: string): Promise<void> {
  const { call, seen } = (await waitingFor(vault, 'ann', thread)).find((one) => one.call.name === 'questions')!;
  expect(seenOf(call)).toBe(seen);
  const decisions = [{ call: call.id, seen, decision: { type: 'answer', output: 'this one' } }];
  const said = await vault.ask('ann', `POST /threads/${thread}/decisions`, { decisions });
  expect(JSON.parse(said)).toMatchObject({ answers: [{ type: 'applied' }] });
}

async function askEverything(vault: Vault, thread: string): Promise<void> {
  const { messages } = (await vault.runtime.read({ tenant: 'acme', thread }))!;
  const big = callsIn(messages).find(({ name }) => name === 'gives') as unknown as { output: { blob: string } };
  const call = callsIn(messages).find(({ name }) => name === 'rejects')!;
  const decisions = [{ call: call.id, seen: 'a'.repeat(64), decision: { type: 'approve' } }];
  const digest = big.output.blob;
  expect(digest).toMatch(/^[0-9a-f]{64}$/);
  const { items: inner } = JSON.parse(await vault.ask('ann', `GET /threads?within=${thread}`)) as {
    items: { id: string }[];
  };
  expect(inner).toHaveLength(1);
  await vault.ask('ann', `GET /threads/${inner[0]!.id}`);
  for (const [what, body] of [
    ['GET /threads'],
    [`PATCH /threads/${thread}`, { title: 'Login' }],
    [`DELETE /threads/${thread}`],
    [`POST /threads/${thread}/retry`, {}],
    [
      `POST /threads/${thread}/messages`,
      { content: [{ type: 'file', mediaType: 'a/b', source: { type: 'blob', digest } }] },
    ],
    [`POST /threads/${thread}/rewind`, { message: messages[1]!.id }],
    [`POST /threads/${thread}/cancel`, { calls: false }],
    [`GET /threads/${thread}/blobs/${digest}`],
    [`POST /threads/${thread}/decisions`, { decisions }],
    [`GET /threads/${thread}/tools`],
    [`GET /threads/${thread}/calls/${call.id}/grants`],
    [`POST /threads/${thread}/calls/${call.id}/grants`, { choice: 'a', scope: 'always' }],
    ['GET /grants'],
    ['DELETE /grants/a'],
    ['GET /me'],
    ['GET /audit/check'],
    ['GET /inbox'],
    ['GET /inbox/events'],
    ['GET /audit'],
    ['GET /audit/trails'],
    ['GET /healthz'],
    ['GET /readyz'],
    ['GET /openapi.json'],
    ['GET /decide/made-up'],
    ['POST /decide/made-up', {}],
    [`GET /ai-sdk/${thread}/messages`],
    [`POST /ai-sdk/${thread}/stop`, {}],
    [`GET /ag-ui?threadId=${thread}`],
    [`GET /ag-ui?runId=${thread}.c0`],
    [`POST /ag-ui/${thread}/stop`, {}],
  ] as const) {
    await vault.ask('ann', what, body);
  }
  const host = await vault.host('ann', []);
  await host.callTool({ name: 'read_thread', arguments: { thread, last: 200 } });
  await host.callTool({ name: 'say', arguments: { thread, text: 'Again.' } });
  await host.close();
}

/** All that somebody was told who may not decide, and the model of the host of somebody who may. */
function toldToOthers({ told }: Vault): string {
  const hosts = (told.get('kim POST /mcp') ?? '').split('\n').filter((line) => !line.includes('elicitation/create'));
  return [...[...told].flatMap(([way, text]) => (way.startsWith('ann ') ? [text] : [])), ...hosts].join('\n');
}

/** Digests by which somebody could try out what is kept from them. */
function digestsOf(calls: readonly ToolCall[]): readonly string[] {
  const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
  return calls.flatMap((call) => [
    seenOf(call),
    ...(call.decisions ?? []).flatMap(({ seen }) => seen ?? []),
    ...[call.input, 'output' in call && call.output].flatMap((value) =>
      value ? [sha256(orderedJson(value)), sha256(JSON.stringify(value))] : [],
    ),
  ]);
}

async function expectKept(options: VaultOptions): Promise<void> {
  const printed = vi.spyOn(console, 'error').mockImplementation(() => {});
  await using vault = openVault(options);
  const calls = await talk(vault, options);
  // It was there, in every call, and those who decide were shown it.
  expect(calls.map((call) => JSON.stringify(call).includes(marker))).toEqual(calls.map(() => true));
  expect(
    [...vault.told].filter(([way, text]) => way.startsWith('kim ') && text.includes(marker)).length,
  ).toBeGreaterThan(2);
  const others = toldToOthers(vault);
  expect(others).toContain('(withheld)');
  expect(others).not.toContain(marker);
  for (const digest of digestsOf(calls)) expect(others).not.toContain(digest);
  expect(vault.logged.length).toBeGreaterThan(20);
  expect(vault.logged.join('\n')).not.toContain(marker);
  expect(printed).not.toHaveBeenCalled();
  printed.mockRestore();
}

const names = fc.constantFrom('password', 'PASSWORD', 'pass_word', 'Pass-Word');
const values = fc.constantFrom<unknown>(marker, `it is ${marker}!`, [marker], { old: { [marker]: 1 } }, [
  [{ is: marker }],
]);

/** An object that holds a value under one of these names, somewhere. */
const inputs: fc.Arbitrary<Kept> = fc
  .tuple(fc.array(fc.constantFrom('login', 'at', 'list', '__proto__x'), { maxLength: 4 }), names, values)
  .map(([path, name, value]) =>
    path.reduce<Kept>((inner, step, index) => ({ step: index, [step]: index % 2 === 0 ? inner : [inner] }), {
      user: 'ann',
      [name]: value,
    }),
  );

test('a password is found nowhere by who may not decide: in no route, dialect, host of MCP or log (X3)', async () => {
  await fc.assert(
    fc.asyncProperty(inputs, async (input) => expectKept({ input, marker })),
    { numRuns: 6 },
  );
}, 60_000);

test('nor where threads are kept in a database', async () => {
  await expectKept({ input: { at: [{ password: marker }] }, marker, store: sqliteStore(':memory:') });
});

test('every way was asked, and each of those that tell of calls would have told', async () => {
  const options = { input: { password: marker }, marker, keeps: false };
  await using vault = openVault(options);
  await talk(vault, options);
  const asked = new Set([...vault.told.keys()].flatMap((way) => (way.startsWith('ann ') ? [way.slice(4)] : [])));
  expect(vault.ways.filter((way) => !asked.has(way))).toEqual([]);
  const telling = [...vault.told].flatMap(([way, text]) =>
    way.startsWith('ann ') && text.includes(marker) ? [way] : [],
  );
  expect(telling.toSorted()).toEqual([
    'ann GET /ag-ui',
    'ann GET /ai-sdk/:thread/messages',
    'ann GET /ai-sdk/:thread/stream',
    'ann GET /threads/:thread',
    'ann GET /threads/:thread/blobs/:digest',
    'ann GET /threads/:thread/events',
    'ann POST /ag-ui',
    'ann POST /ai-sdk',
    'ann POST /mcp',
    'ann POST /threads/:thread/decisions',
  ]);
  expect(vault.logged.join('\n')).toContain(marker);
});
