import { expect, test } from 'vitest';
import { concluded } from './hints.ts';

const asks = (reason: string, more: object = {}): object => ({ ask: { reason, ...more } });

test.each([
  [undefined, asks('its server does not say what it does')],
  [{ title: 'Pay' }, asks('its server does not say what it does')],
  [{ readOnlyHint: true }, asks('its server says that it only reads, and is not trusted')],
  [{ readOnlyHint: false }, asks('its server says that it may destroy or overwrite', { risk: 'destructive' })],
  [{ destructiveHint: true }, asks('its server says that it may destroy or overwrite', { risk: 'destructive' })],
  [{ destructiveHint: false }, asks('its server says that it only adds')],
  [
    { destructiveHint: false, idempotentHint: true },
    asks('its server says that it only adds, and that the same arguments once more change nothing'),
  ],
])('the hints %j of any server ask, and conclude no effect', (hints, usual) => {
  expect(concluded(hints, false)).toEqual({ usual, destructive: 'risk' in (usual as { ask: object }).ask });
});

test('a trusted server is believed when it says that a tool only reads, and nothing else', () => {
  expect(concluded({ readOnlyHint: true }, true)).toEqual({ effect: 'read', usual: 'allow', destructive: false });
  // Nothing that idempotent means here: see decision 0041.
  expect(concluded({ idempotentHint: true, destructiveHint: false }, true)).not.toHaveProperty('effect');
  expect(concluded({ destructiveHint: true }, true)).toMatchObject({ usual: { ask: { risk: 'destructive' } } });
  expect(concluded(undefined, true)).toMatchObject({ usual: { ask: {} } });
});
