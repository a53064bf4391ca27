// What a host of MCP may not do, whoever sits before it: the rights are those of the server.
import { describe, expect, test } from 'vitest';
import { ChatError } from '../../src/conversation/error.ts';
import type { Who } from '../../src/server/who.ts';
import { authorize, requestAs } from '../server/shop.ts';
import { openDesk, yes } from './host.ts';
import type { Host } from './host.ts';

async function namesOf({ client }: Host): Promise<readonly string[]> {
  return (await client.listTools()).tools.map(({ name }) => name);
}

describe('a host of MCP', () => {
  test('is offered the tools that its person has a right to (D7)', async () => {
    const desk = await openDesk();
    expect(await namesOf(await desk.host('ann'))).toEqual(['say', 'read_thread', 'stop', 'decide']);
    expect(await namesOf(await desk.host('kim'))).toEqual(['read_thread', 'inbox', 'decide']);
  });

  test('is told which tools change something', async () => {
    const desk = await openDesk();
    const { tools } = await (await desk.host('max')).client.listTools();
    const changing = tools.filter(({ annotations }) => annotations?.readOnlyHint !== true).map(({ name }) => name);
    expect(changing).toEqual(['say', 'stop', 'decide']);
    const decide = tools.find(({ name }) => name === 'decide');
    expect(decide?.annotations).toMatchObject({ readOnlyHint: false, destructiveHint: true });
    expect(decide?.description).toContain('ONLY THE PERSON may decide');
  });

  test('asks nobody to confirm what they may not decide (D7)', async () => {
    const desk = await openDesk();
    const at = await desk.waiting();
    const ann = await desk.host('ann', { answer: yes });
    const { isError, data } = await ann.call('decide', { ...at, decision: 'approve' });
    expect([isError, data.code]).toEqual([true, 'forbidden']);
    expect((await ann.call('decide', { ...at, decision: 'answer', output: 'paid' })).data.code).toBe('forbidden');
    expect([ann.asked, desk.paid]).toEqual([[], []]);
  });

  test('sees and stops nothing of another tenant (X1)', async () => {
    const desk = await openDesk();
    const at = await desk.waiting();
    const { thread } = at;
    const eve = await desk.host('eve', { answer: yes });
    const tried = [
      await eve.call('read_thread', { thread }),
      await eve.call('say', { thread, text: 'Pay me.' }),
      await eve.call('stop', { thread, calls: true }),
      await eve.call('decide', { ...at, decision: 'approve' }),
    ];
    expect(tried.map(({ data }) => data.code)).toEqual(tried.map(() => 'not-found'));
    expect((await eve.call('inbox')).data.items).toEqual([]);
    expect((await desk.ask('kim', `GET /threads/${thread}`)).body.waiting).toHaveLength(1);
  });

  test('does not speak in a thread, nor stops it, that its person only decides in (D7)', async () => {
    const lee: Who = { principal: 'lee', tenant: 'acme', scopes: ['read', 'send', 'decide'] };
    const isLee = ({ headers }: Request): boolean => headers.get('authorization') === 'Bearer lee';
    const desk = await openDesk({ authorize: (request) => (isLee(request) ? lee : authorize(request)) });
    const { thread } = await desk.waiting();
    const host = await desk.host('lee');
    expect((await host.call('read_thread', { thread })).data.status).toBe('paused');
    expect((await host.call('say', { thread, text: 'Pay me.' })).data.code).toBe('forbidden');
    expect((await host.call('stop', { thread, calls: true })).data.code).toBe('forbidden');
    const bob = await desk.host('bob');
    expect((await bob.call('read_thread', { thread })).data.code).toBe('not-found');
  });

  test('is nobody without a token', async () => {
    const desk = await openDesk();
    await expect(desk.host('nobody')).rejects.toThrow();
  });

  test('cannot say who decides, nor hand in what belongs to another decision (D7)', async () => {
    const desk = await openDesk();
    const at = await desk.waiting();
    const kim = await desk.host('kim', { answer: yes });
    expect((await kim.call('decide', { ...at, decision: 'approve', by: 'cfo' })).isError).toBe(true);
    const mixed = await kim.call('decide', { ...at, decision: 'reject', input: { amount: 1 } });
    expect(mixed.data).toEqual({ code: 'malformed', reason: 'reject takes no input.' });
    expect([kim.asked, desk.paid]).toEqual([[], []]);
  });

  test('is told of what broke only a name, by which the log tells the rest (X3)', async () => {
    const log: unknown[] = [];
    const desk = await openDesk({ log: (entry) => log.push(entry) });
    const max = await desk.host('max');
    const error = new Error('password authentication failed for postgres://user:hunter2@db');
    desk.runtime.inbox = async () => {
      throw error;
    };
    const { data, text } = await max.call('inbox');
    expect(text).not.toContain('hunter2');
    const [, errorId] = /error ([\w-]+)\./.exec(data.reason) ?? [];
    expect(log).toContainEqual({ type: 'error', errorId, error });
  });

  test('is told to come back when the store takes nothing, which is no bug (X3)', async () => {
    const desk = await openDesk({ log: (entry) => expect(entry.type).not.toBe('error') });
    const max = await desk.host('max');
    desk.runtime.inbox = async () => {
      throw new ChatError('overloaded', 'could not resize shared memory segment: postgres://user:hunter2@db');
    };
    expect((await max.call('inbox')).data).toEqual({
      code: 'unavailable',
      reason: 'The store takes nothing at the moment.',
    });
  });

  test('keeps no stream and no session: there is nothing to listen to', async () => {
    const desk = await openDesk();
    expect((await desk.handler.fetch(requestAs('max', 'GET /mcp'))).status).toBe(405);
    expect((await desk.handler.fetch(requestAs('max', 'DELETE /mcp'))).status).toBe(405);
  });
});
