import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blocksOf, noBlocks } from './blocks.ts';
import type { Blocks } from './blocks.ts';

const pieces = [
  '# Title\n\n',
  'words ',
  '**bold',
  '** ',
  '\n\n',
  '- one\n',
  '  - two\n',
  '\n',
  '```ts\n',
  'a = 1;\n',
  '```\n',
  '> said\n',
  '| a | b |\n|---|---|\n| 1 | 2 |\n',
  '<b>',
  '\r\n',
  '---\n',
];

describe('the blocks of a text', () => {
  test('are the same however it came', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 30 }), (parts) => {
        let blocks: Blocks = noBlocks;
        let text = '';
        for (const part of parts) blocks = blocksOf((text += part), blocks);
        expect(blocks.tokens.map(({ type, raw }) => [type, raw])).toEqual(
          blocksOf(text).tokens.map(({ type, raw }) => [type, raw]),
        );
      }),
    );
  });

  test('stay the same objects while the text goes on', () => {
    const first = blocksOf('One.\n\nTwo.\n\nThree');
    const next = blocksOf('One.\n\nTwo.\n\nThree and', first);
    expect(next.tokens.slice(0, 4).map((token, at) => token === first.tokens[at])).toEqual([true, true, true, true]);
  });

  test('of a long answer are read in a time that does not grow with it', () => {
    let blocks: Blocks = noBlocks;
    const paragraph = `${'Some words of an answer. '.repeat(10)}\n\n`;
    let text = '';
    let longest = 0;
    for (let round = 0; round < 400; round += 1) {
      text += paragraph;
      const kept = blocks.tokens;
      blocks = blocksOf(text, blocks);
      longest = Math.max(longest, blocks.tokens.filter((token, at) => token !== kept[at]).length);
    }
    expect(text.length).toBeGreaterThan(100_000);
    expect(longest).toBeLessThan(6);
  });
});
