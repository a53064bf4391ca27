import { describe, expect, test } from 'vitest';
import { people, shopsOfTests } from '../../../test/server/shop.ts';
import type { Who } from '../who.ts';

const shopWith = shopsOfTests();

describe('who the server takes somebody for', () => {
  test('is told to everybody who is let in, as authorize said it (D7)', async () => {
    const { ask } = shopWith({ script: [] });
    expect((await ask('fay', 'GET /me')).body).toEqual(people['fay']);
    expect((await ask('eve', 'GET /me')).body).toEqual(people['eve']);
    expect((await ask('', 'GET /me')).status).toBe(401);
  });

  test('takes no right, and leads to none', async () => {
    const asked: unknown[] = [];
    const dora: Who = { principal: 'dora', tenant: 'acme', scopes: ['decide'] };
    const { ask } = shopWith({ script: [], authorize: (_request, action) => (asked.push(action), dora) });
    expect((await ask('dora', 'GET /me')).body).toEqual(dora);
    expect(asked).toEqual([{ type: 'read' }]);
    expect((await ask('dora', 'GET /threads')).status).toBe(403);
  });

  test('is nothing that authorize keeps beside it (X3)', async () => {
    const known = { principal: 'ann', tenant: 'acme', scopes: ['read'] as const, token: 'secret' };
    const { ask } = shopWith({ script: [], authorize: () => known });
    const { body, headers } = await ask('ann', 'GET /me');
    expect(body).toEqual({ principal: 'ann', tenant: 'acme', scopes: ['read'] });
    expect(headers.get('cache-control')).toBe('no-store');
  });

  test('is nobody where authorize gave nobody', async () => {
    const { ask } = shopWith({ script: [], authorize: () => ({ principal: '', tenant: 'acme', scopes: [] }) });
    expect((await ask('ann', 'GET /me')).status).toBe(500);
  });
});
