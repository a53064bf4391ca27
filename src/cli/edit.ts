import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Input } from './input.ts';
import { visibleJson } from '../wire/plain-text.ts';

/**
 * Lets a person change a JSON text: in the editor that VISUAL or EDITOR names, else on a line that holds it already.
 * Undefined when there is no next line, or the editor failed.
 */
export async function editJson(json: string, input: Input): Promise<string | undefined> {
  const editor = process.env['VISUAL'] || process.env['EDITOR'];
  if (!input.suspend || !editor || process.platform === 'win32') return input.line('Arguments: ', { prefill: json });
  return input.suspend(() => inEditor(editor, json));
}

function inEditor(editor: string, json: string): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'yourcall-'));
  const file = join(folder, 'arguments.json');
  try {
    const before = `${visibleJson(JSON.parse(json), 2)}\n`;
    writeFileSync(file, before, { mode: 0o600 });
    // Through the shell: the variable may hold options, as in `code --wait`.
    const { status } = spawnSync('sh', ['-c', `${editor} "$1"`, 'sh', file], { stdio: 'inherit' });
    const after = readFileSync(file, 'utf8');
    return status !== 0 || after === before ? undefined : after;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
