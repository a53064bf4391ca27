import { expect, test } from 'vitest';
import { Bell, Outbox } from './outbox.ts';

async function readAll(outbox: Outbox<number>, read: number[]): Promise<void> {
  for (let item = await outbox.next(); item !== undefined; item = await outbox.next()) read.push(item);
}

test('what is put into an outbox is read in its order, also when the reader came first', async () => {
  const outbox = new Outbox<number>();
  const read: number[] = [];
  const reading = readAll(outbox, read);
  await Promise.resolve();
  outbox.push(1);
  outbox.push(2);
  await new Promise((resolve) => setTimeout(resolve, 0));
  expect(read).toEqual([1, 2]);
  outbox.push(3);
  outbox.close();
  await reading;
  expect(read).toEqual([1, 2, 3]);
});

test('what was put in before it was closed is read', async () => {
  const outbox = new Outbox<number>();
  outbox.push(1);
  outbox.close();
  const read: number[] = [];
  await readAll(outbox, read);
  expect(read).toEqual([1]);
});

test('a bell that nobody rang wakes nobody, and one that woke somebody has to ring again', async () => {
  const bell = new Bell();
  const wakes: string[] = [];
  const first = bell.rung()?.then(() => wakes.push('first'));
  await new Promise((resolve) => setTimeout(resolve, 0));
  expect(wakes).toEqual([]);
  bell.ring();
  await first;
  expect(bell.rung()).toBeInstanceOf(Promise);
});

test('a bell that rang while nobody waited wakes the next one once', async () => {
  const bell = new Bell();
  const wakes: string[] = [];
  bell.ring();
  bell.ring();
  await bell.rung();
  const second = bell.rung()?.then(() => wakes.push('second'));
  await new Promise((resolve) => setTimeout(resolve, 0));
  expect(wakes).toEqual([]);
  bell.ring();
  await second;
  expect(wakes).toEqual(['second']);
});
