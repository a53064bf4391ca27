import { Window } from 'happy-dom';
import { h, render } from 'preact';
import { describe, expect, test } from 'vitest';
import { Markdown } from './markdown.tsx';

const { document } = new Window();
Object.assign(globalThis, { document });

/** The page that a text becomes. */
function shown(text: string) {
  const place = document.createElement('div');
  render(h(Markdown, { text }), place as unknown as Element);
  return place;
}

describe('a text of a model', () => {
  test('is laid out', () => {
    const place = shown(
      '# Plan\n\nFirst *this*, **then** `that`.\n\n1. one\n2. two\n\n- [x] done\n\n> said\n\n```ts\nlet a = 1;\n```\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n',
    );
    const texts = (selector: string) => [...place.querySelectorAll(selector)].map((one) => one.textContent);
    expect(texts('[role=heading]')).toEqual(['Plan']);
    expect([texts('em'), texts('strong'), texts('p code')]).toEqual([['this'], ['then'], ['that']]);
    expect([texts('ol li'), texts('blockquote'), texts('pre')]).toEqual([['one', 'two'], ['said'], ['let a = 1;']]);
    expect([texts('th'), texts('td')]).toEqual([
      ['a', 'b'],
      ['1', '2'],
    ]);
    expect(place.querySelector('.task input')?.hasAttribute('disabled')).toBe(true);
  });

  test('is never taken for markup of the page (X5)', () => {
    const words = '<img src=x onerror=alert(1)> <script>alert(1)</script>\n\n<div>block</div>\n\n&lt;b&gt; <b>bold</b>';
    const place = shown(words);
    expect(place.querySelectorAll('img, script, div div div, b').length).toBe(0);
    expect(place.textContent).toContain('<img src=x onerror=alert(1)>');
    expect(place.textContent).toContain('<div>block</div>');
  });

  test('leads only where a browser may go, and loads nothing', () => {
    const place = shown(
      '[a](javascript:alert(1)) [b](data:text/html,x) [c](https://c.example "t") ![d](https://d.example/track.png) <vbscript:x>',
    );
    const links = [...place.querySelectorAll('a')].map((link) => [link.textContent, link.getAttribute('href')]);
    expect(links).toEqual([
      ['c', 'https://c.example'],
      ['d', 'https://d.example/track.png'],
    ]);
    expect([...place.querySelectorAll('a')].every((link) => link.getAttribute('rel')?.includes('noopener'))).toBe(true);
    expect(place.querySelectorAll('img').length).toBe(0);
    expect(place.textContent).toContain('a');
  });

  test('cannot turn around what stands beside it (X5)', () => {
    expect(shown('pay \u202E001 eur').textContent).toContain(String.raw`\u202e`);
    expect(shown('```\n\u2066x\n```').querySelector('pre')?.textContent).toContain(String.raw`\u2066`);
  });

  test('has its line breaks', () => {
    expect(shown('one\ntwo').querySelectorAll('br').length).toBe(1);
  });
});
