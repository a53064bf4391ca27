import { describe, expect, test } from 'vitest';
import type { ToolCall } from '../../conversation/tool-call.ts';
import { questionPage } from './question-page.ts';

function call(input: unknown, requirement: object = {}): ToolCall {
  return {
    id: 'call-1',
    name: 'pay',
    arguments: JSON.stringify(input),
    input,
    revision: 2,
    state: 'awaiting-approval',
    requirements: [requirement],
  } as ToolCall;
}

async function shown(input: unknown, requirement: object = {}): Promise<string> {
  return questionPage(call(input, requirement), 'kim').text();
}

describe('the page of a question', () => {
  test('shows as text what would be markup, wherever it stands', async () => {
    const markup = '</dd><form><button>Approve</button></form><script>alert(1)</script>"\'&';
    const text = await shown({ [markup]: markup }, { reason: markup, risk: markup, preview: markup });
    expect(text.match(/<(script|form|button)/g)).toEqual(['<form', '<button', '<form', '<button']);
    expect(text).toContain('&#60;script&#62;alert(1)&#60;/script&#62;&#34;&#39;&#38;');
  });

  test('shows what cannot be seen as an escape, and points out what looks like something else (X5)', async () => {
    const text = await shown(
      { to: 'p\u0430ypal\u202Emoc.live\u200B', 'a\u200B': '\nlast' },
      { preview: 'To\u0000: ann\u2028' },
    );
    expect(text).toContain(String.raw`<dd>&#34;p` + '\u0430' + String.raw`ypal\u202emoc.live\u200b&#34;</dd>`);
    expect(text).toContain(String.raw`<dt>&#34;a\u200b&#34;</dt><dd>` + '\nlast</dd>');
    expect(text).toContain(String.raw`To\u0000: ann\u2028`);
    expect(text).toContain('mixes Latin and Cyrillic');
    for (const unseen of ['\u0000', '\u200B', '\u2028', '\u202E']) expect(text).not.toContain(unseen);
  });

  test('folds nothing: every value whole, its length, and the buttons behind it (X5)', async () => {
    const padded = `to: alice${'\n'.repeat(400)}amount: 9000`;
    const text = await shown({ order: padded, last: 'mallory' });
    expect(text).toContain('<dt>order (401 lines, 421 characters)</dt>');
    expect(text.indexOf('amount: 9000')).toBeGreaterThan(0);
    expect(text.indexOf('mallory')).toBeLessThan(text.indexOf('<button'));
  });

  test('offers only what is offered about it', async () => {
    const buttons = async (decisions?: readonly string[]) => {
      const text = await shown({ amount: 50 }, decisions ? { decisions } : {});
      return [...text.matchAll(/<button>(\w+)/g)].map(([, name]) => name);
    };
    expect([await buttons(), await buttons(['reject', 'snooze']), await buttons(['answer'])]).toEqual([
      ['Approve', 'Reject'],
      ['Reject'],
      [],
    ]);
  });

  test('has the very style that its policy lets in', async () => {
    const response = questionPage(call({ amount: 50 }), 'kim');
    const [, style = ''] = /<style>([^]*)<\/style>/.exec(await response.text()) ?? [];
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(style));
    const hash = Buffer.from(digest).toString('base64');
    expect(response.headers.get('content-security-policy')).toContain(`style-src 'sha256-${hash}'`);
  });
});
