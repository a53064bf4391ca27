import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Input } from '../input.ts';

/** What became of a text that a person was given to change. */
export type Changed =
  | { readonly type: 'changed'; readonly text: string }
  | { readonly type: 'same' }
  | { readonly type: 'failed'; readonly reason: string };

/** The editor that VISUAL or EDITOR names, where one can be started. */
export function editorOf(input: Input, env: NodeJS.ProcessEnv = process.env): string | undefined {
  const editor = env['VISUAL'] || env['EDITOR'] || undefined;
  return input.suspend && process.platform !== 'win32' ? editor : undefined;
}

/** Opens a text in an editor, in a file that only its owner can read and that is gone afterwards. */
export function changedInEditor(editor: string, before: string): Changed {
  const folder = mkdtempSync(join(tmpdir(), 'yourcall-'));
  const file = join(folder, 'arguments.json');
  try {
    writeFileSync(file, before, { mode: 0o600 });
    // Through the shell: the variable may hold options, as in `code --wait`.
    const { status, signal } = spawnSync('sh', ['-c', `${editor} "$1"`, 'sh', file], { stdio: 'inherit' });
    if (status !== 0) return { type: 'failed', reason: `the editor ended with ${signal ?? status ?? 'an error'}` };
    const text = readFileSync(file, 'utf8');
    return text === before ? { type: 'same' } : { type: 'changed', text };
  } catch {
    return { type: 'failed', reason: 'the editor has left no file' };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
