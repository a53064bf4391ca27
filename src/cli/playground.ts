import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Whether a folder is the playground of `npm start`: it says so in its first line. */
export function isPlayground(folder: string): boolean {
  return pageOf(folder).startsWith('# Playground\n');
}

/** What there is to try in the playground: the first numbered list of its README, each line up to its explanation. */
export function thingsToTry(folder: string): readonly string[] {
  const [page = ''] = pageOf(folder).split('\n## ');
  const lines = page.matchAll(/^(\d+)\. (.*)$/gm);
  return Array.from(lines, ([, number, text = '']) => `${number}. ${text.replaceAll('`', '').replace(/[.:] .*$/, '')}`);
}

function pageOf(folder: string): string {
  try {
    return readFileSync(join(folder, 'README.md'), 'utf8');
  } catch {
    return '';
  }
}
