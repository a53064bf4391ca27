import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { History, historyFile } from './history.ts';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yourcall-history-'));
  file = join(folder, 'state', 'yourcall', 'history');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('what was said before', () => {
  it('is there at the next start, the newest first, each line once', () => {
    const first = new History(file);
    for (const line of ['one', 'two\nlines', 'two\nlines', 'one']) first.add(line);
    expect(first.lines).toEqual(['one', 'two\nlines']);
    expect(new History(file).lines).toEqual(['one', 'two\nlines']);
  });

  it('is for its owner alone', () => {
    new History(file).add('one');
    expect([statSync(file).mode & 0o777, statSync(dirname(file)).mode & 0o777]).toEqual([0o600, 0o700]);
    chmodSync(file, 0o644);
    expect(new History(file).lines).toEqual(['one']);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('keeps no line that is empty or begins with a blank', () => {
    const history = new History(file);
    for (const line of ['', '  ', ' my secret', 'x']) history.add(line);
    expect(readFileSync(file, 'utf8')).toBe('"x"\n');
  });

  it('is cut once it has grown, and leaves out what is none of its lines', () => {
    new History(file).add('first');
    const lines = Array.from({ length: 2_500 }, (_, at) => JSON.stringify(`line ${at}`));
    writeFileSync(file, `broken\n5\n${lines.join('\n')}\n`);
    const { lines: kept } = new History(file);
    expect([kept.length, kept[0], kept.at(-1)]).toEqual([1_000, 'line 2499', 'line 1500']);
    expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(1_001);
  });

  it('is forgotten where it cannot be kept', () => {
    writeFileSync(join(folder, 'state'), 'a file');
    const history = new History(file);
    history.add('one');
    expect([history.lines, new History(file).lines]).toEqual([['one'], []]);
  });

  it.each([
    [{ HOME: '/home/ann' }, 'linux', '/home/ann/.local/state/yourcall/history'],
    [{ HOME: '/home/ann', XDG_STATE_HOME: '/state' }, 'linux', '/state/yourcall/history'],
    [{ HOME: '/home/ann', XDG_STATE_HOME: 'state' }, 'linux', '/home/ann/.local/state/yourcall/history'],
    [{ HOME: '/home/ann', LOCALAPPDATA: '/local' }, 'win32', '/local/yourcall/history'],
    [{ HOME: '/home/ann', YOURCALL_HISTORY: '/mine' }, 'linux', '/mine'],
    [{ HOME: '/home/ann', YOURCALL_HISTORY: 'off' }, 'linux', undefined],
    [{ HOME: '/home/ann', YOURCALL_HISTORY: '' }, 'linux', undefined],
  ])('is kept where %j says', (env, platform, where) => {
    expect(historyFile(env, platform)).toBe(where);
  });
});
