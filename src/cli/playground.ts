import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Whether a folder is the playground of `npm start`: it says so in its first line. */
export function isPlayground(folder: string): boolean {
  return pageOf(folder).startsWith('# Playground\n');
}

/** Something to try. */
export interface Thing {
  /** Up to its explanation. */
  readonly shown: string;
  /** What is typed for it, if it is a word to the model. */
  readonly typed: string | undefined;
}

/** What there is to try in the playground, in order: the first numbered list of its README. Nothing elsewhere. */
export function thingsToTry(folder: string): readonly Thing[] {
  if (!isPlayground(folder)) return [];
  const [page = ''] = pageOf(folder).split('\n## ');
  return Array.from(page.matchAll(/^\d+\. (.*)$/gm), ([, text = '']) => ({
    shown: text.replaceAll('`', '').replace(/[.:] .*$/, ''),
    typed: /^`([^`]+)`/.exec(text)?.[1],
  }));
}

function pageOf(folder: string): string {
  try {
    return readFileSync(join(folder, 'README.md'), 'utf8');
  } catch {
    return '';
  }
}
