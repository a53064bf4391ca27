import { describe, expect, it } from 'vitest';
import { keyOf } from './key.ts';
import { LineEditor } from './line-editor.ts';

function typed(editor: LineEditor, ...names: readonly string[]): string {
  for (const name of names) editor.take(name.length === 1 ? { name, text: name } : { name, text: '' });
  return editor.text;
}

describe('a line that is typed', () => {
  it('is changed where the cursor is', () => {
    const editor = new LineEditor('héllo 👍');
    expect(typed(editor, 'backspace', 'a')).toBe('héllo a');
    expect(typed(editor, 'home', 'delete', 'H', 'right', 'x')).toBe('Héxllo a');
    expect(typed(editor, 'end', 'C-w', 'C-w')).toBe('');
    expect(typed(editor, 'a', 'b', 'c', 'left', 'left', 'C-k')).toBe('a');
    expect(typed(editor, 'b', 'C-u')).toBe('');
    expect(typed(editor, 'left', 'backspace', 'delete', 'right')).toBe('');
  });

  it('leaves keys to others that mean nothing to it', () => {
    expect([
      new LineEditor().take({ name: 'f1', text: '' }),
      new LineEditor().take({ name: 'toString', text: '' }),
    ]).toEqual([false, false]);
  });

  it('shows the part around the cursor, and where that is', () => {
    const editor = new LineEditor('0123456789');
    expect(editor.view(20)).toEqual({ text: '0123456789', column: 10 });
    expect(editor.view(6)).toEqual({ text: '56789', column: 5 });
    typed(editor, 'home');
    expect(editor.view(6)).toEqual({ text: '01234', column: 0 });
    expect(new LineEditor('日本語').view(5)).toEqual({ text: '本語', column: 4 });
  });
});

describe('a key', () => {
  it('has one name', () => {
    const keys = [
      keyOf('a', { name: 'a', sequence: 'a' }),
      keyOf('J', { name: 'j', sequence: 'J' }),
      keyOf(' ', { name: 'space' }),
      keyOf('\r', { name: 'return' }),
      keyOf('\n', { name: 'enter' }),
      keyOf('\u0003', { name: 'c', ctrl: true }),
      keyOf('\u001B', { name: 'escape', meta: true }),
      keyOf(undefined, { name: 'up' }),
      keyOf('日', {}),
    ];
    expect(keys.map(({ name }) => name)).toEqual(['a', 'J', 'space', 'return', 'return', 'C-c', 'escape', 'up', '日']);
    expect(keys.map(({ text }) => text)).toEqual(['a', 'J', ' ', '', '', '', '', '', '日']);
  });
});
