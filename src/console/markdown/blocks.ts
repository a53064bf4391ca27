import { Lexer } from 'marked';
import type { Token } from 'marked';

/** The blocks of a text, and of which text. */
export interface Blocks {
  readonly text: string;
  readonly tokens: readonly Token[];
}

export const noBlocks: Blocks = { text: '', tokens: [] };

/**
 * The blocks of a text. Where it goes on from what was read before, blocks that are complete stay the same objects, and only what
 * is behind them is read: what a delta costs does not grow with the answer.
 */
export function blocksOf(text: string, before: Blocks = noBlocks): Blocks {
  if (text === before.text) return before;
  const kept = text.startsWith(before.text) ? complete(before) : [];
  const start = kept.reduce((sum, { raw }) => sum + raw.length, 0);
  // What the reader makes of line ends has another length: then all of it is read.
  const isAligned = text.slice(0, start) === kept.map(({ raw }) => raw).join('');
  return isAligned ? { text, tokens: [...kept, ...read(text.slice(start))] } : { text, tokens: read(text) };
}

/** As people read a chat: a line break is one. */
function read(text: string): readonly Token[] {
  return Lexer.lex(text, { gfm: true, breaks: true });
}

/** Blocks that nothing behind them can change: a blank line and another block stand behind the last of them. */
function complete({ tokens }: Blocks): readonly Token[] {
  for (let at = tokens.length - 2; at > 0; at -= 1) {
    const [token, after] = [tokens[at - 1], tokens[at]];
    // A list goes on behind a blank line.
    if (after?.type === 'space' && token && token.type !== 'list') return tokens.slice(0, at + 1);
  }
  return [];
}
