import { expect, test } from 'vitest';
import { arrived, lateCode } from './late-code.ts';

const what = 'Asking a/b';

test('what was loaded is there, and is not loaded again', async () => {
  let loads = 0;
  const late = lateCode(async () => (loads += 1));
  expect(late.code).toBeUndefined();
  expect([await arrived(late, { what }), late.code, await arrived(late, { what }), loads]).toEqual([1, 1, 1, 1]);
});

test('what cannot be loaded is an error that is worth another try, and the next try loads again', async () => {
  const broken = new TypeError('Failed to fetch dynamically imported module');
  const loads = [() => Promise.reject(broken), () => Promise.resolve('code')];
  const late = lateCode(() => loads.shift()!());
  await expect(arrived(late, { what })).rejects.toMatchObject({
    code: 'network',
    retryable: true,
    message: 'Asking a/b: its code could not be loaded.',
    cause: broken,
  });
  expect(await arrived(late, { what })).toBe('code');
});

test('a stop is not kept waiting by code that does not come', async () => {
  const never = lateCode(() => new Promise(() => {}));
  const controller = new AbortController();
  const waiting = arrived(never, { what, signal: controller.signal });
  controller.abort('enough');
  await expect(waiting).rejects.toBe('enough');
  await expect(arrived(never, { what, signal: controller.signal })).rejects.toBe('enough');
});
