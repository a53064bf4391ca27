import { realpathSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Place } from './place.ts';

/**
 * The chat that threads about a folder name (rule C1): tools act on a folder, so whoever works must be in that very folder,
 * or in one that was given the same name on purpose. A database that many machines use has a folder of each.
 */
export function chatNameOf({ at, workspace }: Place, folder: string): string {
  if (workspace !== undefined) return `workspace:${workspace}`;
  const path = realpathSync.native(folder);
  return 'file' in at ? `folder:${path}` : `folder:${hostname()}:${path}`;
}

/** The folder on this machine that such a chat is about; nothing when it is about another one. */
export function folderOf(chat: string, place: Place, here: string): string | undefined {
  if (chat === chatNameOf(place, here)) return here;
  const prefix = 'file' in place.at ? 'folder:' : `folder:${hostname()}:`;
  return chat.startsWith(prefix) ? chat.slice(prefix.length) : undefined;
}
