// The blocks of a file, marked so that a test run tells which of them it entered. A mutant in a block that a test file never
// enters is not tried with that test file.
import { parseAst } from 'rolldown/parseAst';
import { walk } from './mutants.js';

/** The text with a mark at the beginning of each block. */
export function marked(file, text) {
  const marks = blocksOf(text).map(({ start }) => ({
    at: start + 1,
    mark: `globalThis.reached?.add('${file}:${start}');`,
  }));
  let result = '';
  let last = 0;
  for (const { at, mark } of marks.sort((a, b) => a.at - b.at)) {
    result += text.slice(last, at) + mark;
    last = at;
  }
  return result + text.slice(last);
}

/** The innermost block in which something stands, as it is marked; nothing when it stands in none. */
export function blockOf(file, text, { start, end }) {
  const around = blocksOf(text).filter((block) => block.start < start && end < block.end);
  const inner = around.sort((a, b) => b.start - a.start)[0];
  return inner && `${file}:${inner.start}`;
}

function blocksOf(text) {
  const blocks = [];
  walk(parseAst(text, { lang: 'ts' }), (node) => {
    if (node.type === 'BlockStatement' || node.type === 'FunctionBody') blocks.push(node);
  });
  return blocks;
}
