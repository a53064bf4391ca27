import { basename, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { ListRootsResult } from '@modelcontextprotocol/client';
import { ChatError } from '../conversation/error.ts';
import type { Roots } from './offer.ts';

/** What a server is told that asks for roots. Throws `ChatError` `invalid-request` for an address that is not of a file. */
export async function rootsOf(roots: Roots): Promise<ListRootsResult> {
  const given = typeof roots === 'function' ? await roots() : roots;
  return { roots: given.map(rootOf) };
}

function rootOf(root: string): ListRootsResult['roots'][number] {
  const uri = /^[a-z][a-z\d+.-]+:\/\//i.test(root) ? root : pathToFileURL(resolve(root)).href;
  if (!uri.startsWith('file://')) throw new ChatError('invalid-request', `A root is a folder, which ${root} is not.`);
  const name = basename(fileURLToPath(uri));
  return { uri, ...(name !== '' && { name }) };
}
