import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { tool } from '../../chat/tool.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import type { Input } from '../input.ts';
import { styleOf } from '../style.ts';
import { integer, object, text } from '../workspace/fields.ts';
import { checkBy, editArguments } from './arguments.ts';

const input = { order: 'A-17', amount: 60 };
// Only what is asked about a call that waits is looked at.
const call = {
  id: 'c',
  name: 'refund',
  arguments: JSON.stringify(input),
  input,
  state: 'awaiting-approval',
} as ToolCall;
const refund = tool({
  description: 'Refund an order',
  input: object({ order: text('which'), amount: integer('how much', { minimum: 1 }) }),
  run: () => 'done',
});
const check = checkBy(() => ({ refund }));

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yourcall-editing-'));
  vi.stubEnv('VISUAL', '');
  vi.stubEnv('EDITOR', '');
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** A person who types these lines, and all that they are shown; with an editor where there is a terminal for one. */
function desk(lines: string[], hasTerminal = true) {
  const shown: string[] = [];
  const prefills: (string | undefined)[] = [];
  const asking: Input = {
    line: async (prompt, { prefill } = {}) => {
      shown.push(typeof prompt === 'string' ? prompt : prompt());
      prefills.push(prefill);
      return lines.shift();
    },
    close: () => {},
    ...(hasTerminal && { suspend: (work) => work() }),
  };
  const tell = (line = ''): void => void shown.push(line);
  const style = styleOf(process.stdout, { NO_COLOR: '1' });
  const screen = { interactive: true, width: 100, style, line: tell, note: tell, error: tell };
  return { shown, prefills, editing: { call, input: asking, screen, check } };
}

/** An editor that leaves these texts, one after the other, and remembers what it was given. */
function editorLeaving(...texts: string[]): void {
  for (const name of readdirSync(folder)) rmSync(join(folder, name));
  texts.forEach((left, index) => writeFileSync(join(folder, `${index}.json`), left));
  const file = join(folder, 'editor.sh');
  const steps = [
    `n=$(ls '${folder}' | grep -c '^given')`,
    `cp -p "$1" '${folder}/given'$n`,
    `echo "$1" > '${folder}/path'`,
    `stat -c '%a' "$1" > '${folder}/mode'`,
    `[ -f '${folder}/'$n.json ] || exit 1`,
    `cat '${folder}/'$n.json > "$1"`,
  ];
  writeFileSync(file, `#!/bin/sh\n${steps.join('\n')}\n`, { mode: 0o755 });
  vi.stubEnv('VISUAL', `sh '${file}'`);
}

describe('editing the arguments of a call', () => {
  it('opens the editor with them as JSON, in a file for its owner alone, that is gone afterwards', async () => {
    editorLeaving('{ "order": "A-17", "amount": 20 }');
    const { editing } = desk(['y']);
    expect(await editArguments(editing)).toEqual({ input: { order: 'A-17', amount: 20 } });
    expect(readFileSync(join(folder, 'given0'), 'utf8')).toBe(`${JSON.stringify(input, null, 2)}\n`);
    expect(readFileSync(join(folder, 'mode'), 'utf8')).toBe('600\n');
    const path = readFileSync(join(folder, 'path'), 'utf8').trim();
    expect([existsSync(path), existsSync(dirname(path))]).toEqual([false, false]);
    expect(statSync(folder).isDirectory()).toBe(true);
  });

  it('shows what has changed before it counts, with nothing hidden (X5)', async () => {
    editorLeaving('{ "order": "A-\\u202e17", "amount": 60 }');
    const { editing, shown } = desk(['n']);
    expect(await editArguments(editing)).toBeUndefined();
    expect(shown).toEqual([
      expect.stringMatching(/\| @@ -1,4 \+1,4 @@$/),
      '    1     1 |  {',
      '    2       | -  "order": "A-17",',
      String.raw`          2 | +  "order": "A-\u202e17",`,
      '    3     3 |    "amount": 60',
      '    4     4 |  }',
      'Approve with these arguments? [y]es [e]dit again [n]o > ',
      'Nothing was changed.',
    ]);
  });

  it('says what does not fit, by the schema of the tool, and opens what was left again', async () => {
    editorLeaving('{ "order": 5 }', '{', '{ "order": "B-1", "amount": 1 }');
    const { editing, shown } = desk(['e', 'e', 'yes']);
    expect(await editArguments(editing)).toEqual({ input: { order: 'B-1', amount: 1 } });
    expect(shown.filter((line) => line.startsWith('These'))).toEqual([
      'These arguments do not fit: order: expected a text; amount: is missing.',
      expect.stringMatching(/^These arguments are not JSON: .*\.$/),
    ]);
    expect(readFileSync(join(folder, 'given1'), 'utf8')).toBe('{ "order": 5 }');
    expect(readFileSync(join(folder, 'given2'), 'utf8')).toBe('{');
  });

  it('leaves the call as it was when a person says so, changes nothing, or the editor fails', async () => {
    editorLeaving('{ "order": 5 }');
    expect(await editArguments(desk(['l']).editing)).toBeUndefined();
    editorLeaving(`${JSON.stringify(input, null, 2)}\n`);
    const same = desk([]);
    expect(await editArguments(same.editing)).toBeUndefined();
    expect(same.shown).toEqual(['Nothing was changed.']);
    vi.stubEnv('VISUAL', 'exit 3;');
    const failed = desk([]);
    expect(await editArguments(failed.editing)).toBeUndefined();
    expect(failed.shown).toEqual(['Nothing was taken over: the editor ended with 3.', 'Nothing was changed.']);
    vi.stubEnv('VISUAL', 'rm');
    const gone = desk([]);
    expect(await editArguments(gone.editing)).toBeUndefined();
    expect(gone.shown[0]).toBe('Nothing was taken over: the editor has left no file.');
    expect(
      readdirSync(tmpdir()).filter(
        (name) => /^yourcall-[^-]{6}$/.test(name) && existsSync(join(tmpdir(), name, 'arguments.json')),
      ),
    ).toEqual([]);
  });

  it('takes a line where no editor is named, and gives it again when it does not fit', async () => {
    const { editing, prefills } = desk(['{"order":"A-17","amount":0}', 'e', '{"order":"A-17","amount":2}', 'y']);
    expect(await editArguments(editing)).toEqual({ input: { order: 'A-17', amount: 2 } });
    expect(prefills).toEqual([JSON.stringify(input), undefined, '{"order":"A-17","amount":0}', undefined]);
  });

  it('takes a line where there is no terminal to hand over', async () => {
    editorLeaving('{}');
    const { editing } = desk(['{"order":"C","amount":3}', 'y'], false);
    expect(await editArguments(editing)).toEqual({ input: { order: 'C', amount: 3 } });
  });

  it('checks nothing of a tool that is not known here', async () => {
    expect(await checkBy(() => ({}))('refund', { order: 5 })).toBeUndefined();
    expect(await checkBy(() => ({}))('toString', {})).toBeUndefined();
  });
});
