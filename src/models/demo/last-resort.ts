import { unquoted } from './mention.ts';
import { fit } from './property.ts';
import type { Property } from './property.ts';
import type { Rest } from './rest.ts';
import { withoutArticle } from './text-phrases.ts';
import { takes } from './tool.ts';
import type { Tool } from './tool.ts';
import { isEmptyWord, singular, wordsOf } from './words.ts';

/** What is left when all else was taken: good enough for a title or a query, never for a file, an id or a command. */
export function lastResort(property: Property, rest: Rest, tool: Tool): unknown {
  const free = ['query', 'title', 'other', 'person', 'place'].includes(property.role);
  const message = property.role === 'content' && !takes(tool, 'path');
  if (!free && !message) return undefined;
  const nouns = new Set([...tool.nouns, ...property.words]);
  const left = rest
    .text()
    .split(/\s+/)
    .filter((word) => word !== '' && !nouns.has(wordsOf(word)[0] ?? ''));
  const isFiller = (word: string | undefined): boolean => word !== undefined && isEmptyWord(word.replace(/\W+$/, ''));
  const start = left.findIndex((word) => !isFiller(word));
  const end = left.findLastIndex((word) => !isFiller(word));
  if (start < 0) return undefined;
  const words = withoutArticle(left.slice(start, end + 1).join(' ')).replace(/[.?!,;:]+$/, '');
  return words === '' || singular(words) === 'file' ? undefined : fit(unquoted(words), property.schema);
}
