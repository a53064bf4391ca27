import { expect, test } from 'vitest';
import { shopsOfTests } from '../../../test/server/shop.ts';
import { memoryStore } from '../../store/memory/index.ts';

const shopWith = shopsOfTests();

test('threads that answer calls are listed by the thread of these, are of its owner, and go with it (C3, X1)', async () => {
  const store = memoryStore();
  const { ask } = shopWith({ script: [], work: false, store });
  const { id } = (await ask('ann', 'POST /threads', {})).body;
  const within = [{ thread: id, call: 'c1' }];
  await store.create({ tenant: 'acme', thread: 'below', owner: 'ann', chat: 'default', within });
  expect((await ask('ann', 'GET /threads')).body.items).toMatchObject([{ id }]);
  expect((await ask('ann', `GET /threads?within=${id}`)).body.items).toMatchObject([{ id: 'below', within }]);
  expect((await ask('bob', `GET /threads?within=${id}`)).body.items).toEqual([]);
  expect((await ask('bob', 'GET /threads/below')).status).toBe(404);
  expect((await ask('max', 'DELETE /threads/below')).body).toMatchObject({ code: 'conflict' });
  expect((await ask('max', `DELETE /threads/${id}`)).status).toBe(204);
  expect((await ask('ann', 'GET /threads/below')).status).toBe(404);
});
