import { Window } from 'happy-dom';
import { describe, expect, test } from 'vitest';

const window = new Window({ url: 'http://localhost/console#/inbox/t%2F1/call' });
const { location, history } = window;
Object.assign(globalThis, {
  location,
  history,
  addEventListener: window.addEventListener.bind(window),
});
const { fragmentOf, go, place, placeOf } = await import('./place.ts');

describe('a place of the console', () => {
  test('is where the address says, whatever stands in an id', () => {
    expect(place.value).toEqual({ view: 'inbox', chosen: { thread: 't/1', call: 'call' } });
  });

  test.each([
    { view: 'chat' },
    { view: 'chat', thread: 'a b/#?%' },
    { view: 'inbox' },
    { view: 'doubt', chosen: { thread: 'ä', call: '../x' } },
    { view: 'audit', thread: '1' },
    { view: 'audit' },
    { view: 'grants' },
  ] as const)('is found again by its fragment: %j', (one) => {
    expect(placeOf(fragmentOf(one))).toEqual(one);
  });

  test('that nobody made is the chat', () => {
    expect([placeOf('#/nowhere/x'), placeOf(''), placeOf('#/thread/%E0%A4%A'), placeOf('#/inbox/only')]).toEqual([
      { view: 'chat' },
      { view: 'chat' },
      { view: 'chat' },
      { view: 'inbox' },
    ]);
  });

  test('is gone to and back from', () => {
    const before = history.length;
    go({ view: 'audit' });
    expect([place.value, location.hash, history.length]).toEqual([{ view: 'audit' }, '#/audit', before + 1]);
    go({ view: 'audit' });
    go({ view: 'chat', thread: 't' }, { replace: true });
    expect([place.value, history.length]).toEqual([{ view: 'chat', thread: 't' }, before + 1]);
  });
});
