import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { count, visible } from '../../wire/plain-text.ts';
import { attachmentAt } from '../attachments.ts';
import type { Surroundings, TalkCommand } from './command.ts';

/** `/file PATH` */
export const file: TalkCommand = {
  name: 'file',
  takes: 'PATH',
  says: 'sends a file along with your next word',
  async run({ screen, choice }, rest) {
    if (rest === '') return screen.note('/file takes the path of a file, such as /file notes.md');
    const attachment = await attachmentAt(rest.replace(/^(['"])(.*)\1$/, '$2'));
    const { name, size, kind } = attachment;
    screen.note(`${visible(name)} (${kind}, ${count(size, 'byte')}) goes along with your next word.`);
    if (!reads(choice.model.capabilities?.files, kind))
      screen.note(`${visible(choice.name)} does not say that it reads ${kind}.`);
    return { type: 'attach', attachment };
  },
  complete: (_: Surroundings, rest) => pathsFrom(rest),
};

function reads(kinds: readonly string[] | undefined, kind: string): boolean {
  if (kind === 'text' || kinds === undefined) return true;
  return kinds.some((one) => one === kind || (one.endsWith('/*') && kind.startsWith(one.slice(0, -1))));
}

async function pathsFrom(begun: string): Promise<readonly string[]> {
  const folder = begun.slice(0, begun.lastIndexOf('/') + 1);
  const start = begun.slice(folder.length);
  const place = folder.startsWith('~/') ? join(homedir(), folder.slice(2)) : resolve(folder === '' ? '.' : folder);
  const entries = await readdir(folder === '/' ? dirname('/') : place, { withFileTypes: true });
  return entries
    .filter(({ name }) => name.startsWith(start) && (start !== '' || !name.startsWith('.')))
    .map((entry) => `${folder}${entry.name}${entry.isDirectory() ? '/' : ''}`);
}
