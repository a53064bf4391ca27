import { sha256 } from '../conversation/digest.ts';

const longest = 64;

/**
 * The name under which models are told of a server's tool: `server__tool`, in letters that every wire takes.
 * What is too long ends in a digest.
 */
export function toolNameOf(server: string, tool: string): string {
  const letters = `${server}__${tool}`.replaceAll(/[^a-zA-Z0-9_-]/g, '_');
  // Gemini wants no digit and no hyphen at the beginning.
  const name = /^[a-zA-Z_]/.test(letters) ? letters : `_${letters}`;
  if (name.length <= longest) return name;
  const digest = sha256(`${server} ${tool}`).slice(0, 8);
  return `${name.slice(0, longest - digest.length - 1)}_${digest}`;
}
