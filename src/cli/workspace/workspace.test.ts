import { chmod, mkdir, mkdtemp, readFile, readdir, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ToolError } from '../../chat/tool.ts';
import type { ToolContext, ToolSet } from '../../chat/tool.ts';
import type { Ask, Verdict } from '../../chat/policy.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import { workspaceTools } from './workspace.ts';

let root = '';
let tools: ToolSet = {};
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'yourcall-workspace-')));
  tools = workspaceTools({ root });
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function put(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), content);
}

const at = (path: string): Promise<string> => readFile(join(root, path), 'utf8');

function callOf(name: string, input: unknown, more: Partial<ToolCall> = {}): ToolCall {
  const facts = { id: 'c1', name, arguments: JSON.stringify(input), input, revision: 1 };
  return { ...facts, state: 'running', ...more } as ToolCall;
}

async function verdict(name: string, input: object): Promise<Verdict> {
  const { policy } = tools[name]!;
  if (typeof policy !== 'function') throw new Error('no policy');
  const about = { call: callOf(name, input), context: undefined, due: false, signal: new AbortController().signal };
  return policy(input, about);
}

async function asked(name: string, input: object): Promise<Ask> {
  const found = await verdict(name, input);
  if (typeof found === 'string' || !('ask' in found)) throw new Error(`not asked: ${JSON.stringify(found)}`);
  return found.ask;
}

async function run(name: string, input: object, more?: Partial<ToolCall>): Promise<unknown> {
  const context = {
    context: undefined,
    key: 'yc_',
    progress: () => {},
    emit: () => {},
    signal: new AbortController().signal,
  };
  return tools[name]!.run!(input, { ...context, call: callOf(name, input, more) } satisfies ToolContext);
}

/** As it goes in a chat: the policy asks, a person agrees, it runs. */
async function agreed(name: string, input: object): Promise<unknown> {
  return run(name, input, { requirements: [await asked(name, input)] });
}

describe('list_files', () => {
  test('lists paths with sizes, and counts what is left out', async () => {
    await put('b/c.txt', 'x'.repeat(1_500));
    await put('a.txt', 'hello');
    await put('.env', 'KEY=1');
    await put('server.pem', 'KEY');
    await put('.gitignore', 'dist\n');
    await put('dist/out.js', '1');
    await put('node_modules/x/index.js', '1');
    await symlink('/etc', join(root, 'link'));
    expect(await verdict('list_files', {})).toBe('allow');
    expect(await run('list_files', {})).toBe(
      'a.txt (5 bytes)\nb/\nb/c.txt (1.5 KB)\nlink (link)\n[5 hidden files left out]',
    );
    expect(await run('list_files', { path: 'b' })).toBe('b/c.txt (1.5 KB)');
    expect(await run('list_files', { path: 'a.txt' })).toBe('a.txt (5 bytes)');
    await expect(run('list_files', { path: 'none' })).rejects.toThrow('"none" is not there.');
  });

  test('says how many more there are', async () => {
    for (let index = 0; index < 510; index += 1) await put(`f${String(index).padStart(3, '0')}`, '');
    const lines = String(await run('list_files', {})).split('\n');
    expect(lines).toHaveLength(501);
    expect(lines.at(-1)).toBe('[10 more; list a folder of it to see them]');
  });

  test('a hidden folder is listed when a person agreed', async () => {
    await put('.github/ci.yml', 'on: push');
    await put('.github/.env', 'KEY=1');
    expect(await verdict('list_files', { path: '.github' })).toEqual({
      ask: { reason: '".github" is hidden', risk: 'secret' },
    });
    expect(await agreed('list_files', { path: '.github' })).toMatch(/^\.github\/ci\.yml \(8 bytes\)\n\[1 hidden file /);
  });

  test('a name with a line end in it is one line', async () => {
    await put('a\nb', '');
    expect(await run('list_files', {})).toBe('"a\\nb" (0 bytes)');
  });
});

describe('read_file', () => {
  test('gives the text as it is, or some lines with a note', async () => {
    await put('a.txt', 'one\ntwo\nthree\nfour');
    expect(await run('read_file', { path: 'a.txt' })).toBe('one\ntwo\nthree\nfour');
    expect(await run('read_file', { path: './x/../a.txt', from: 2, lines: 2 })).toBe(
      'two\nthree\n[lines 2 to 3 of a file of 18 bytes; read on with from: 4]',
    );
    expect(await run('read_file', { path: 'a.txt', from: 3 })).toBe('three\nfour');
    expect(await run('read_file', { path: join(root, 'a.txt'), from: 4, lines: 9 })).toBe('four');
    await expect(run('read_file', { path: 'a.txt', from: 5 })).rejects.toThrow('has no line 5: it has 4 lines.');
    await put('empty', '');
    expect(await run('read_file', { path: 'empty' })).toBe('');
  });

  test('a big file is cut after a whole line, and can be read on', async () => {
    const lines = Array.from({ length: 60_000 }, (_, index) => `line ${index + 1} ä\n`);
    await put('big.txt', lines.join(''));
    let from = 1;
    let whole = '';
    for (let next: number | undefined = 1; next !== undefined; from = next ?? from) {
      const text = String(await run('read_file', { path: 'big.txt', from }));
      const note = /\[cut after line (\d+); the file has [\d.]+ .B; read on with from: (\d+)\]$/.exec(text);
      whole += note ? text.slice(0, note.index) : text;
      next = note ? Number(note[2]) : undefined;
      expect(text.length).toBeLessThan(100_200);
    }
    expect(whole).toBe(lines.join(''));
    await put('one-line.txt', 'x'.repeat(300_000));
    expect(await run('read_file', { path: 'one-line.txt' })).toMatch(
      /^x{100000}\n\[cut: line 1 is longer than 100000 characters; the file has 300\.0 KB\]$/,
    );
  });

  test('a binary file is named, not dumped; no file, a folder and a pipe fail', async () => {
    await put('a.bin', new Uint8Array([80, 75, 0, 1]));
    expect(await run('read_file', { path: 'a.bin' })).toBe('["a.bin" is a binary file of 4 bytes; it is not shown]');
    await expect(run('read_file', { path: 'none.txt' })).rejects.toThrow('"none.txt" is not there.');
    await expect(run('read_file', { path: '' })).rejects.toThrow('"." is a folder, not a file.');
    await expect(run('read_file', { path: 'a.bin/x' })).rejects.toThrow(ToolError);
    await agreed('run_command', { command: 'mkfifo pipe' });
    await expect(run('read_file', { path: 'pipe' })).rejects.toThrow('"pipe" is not a plain file.');
  });
});

describe('search_files', () => {
  test('finds words, or an expression, as file:line: text', async () => {
    await put('src/a.ts', 'const Alpha = 1;\nconst beta = alpha;\r\n');
    await put('b.md', 'alphabet');
    await put('c.bin', 'alpha\0');
    expect(await run('search_files', { query: 'ALPHA' })).toBe(
      'b.md:1: alphabet\nsrc/a.ts:1: const Alpha = 1;\nsrc/a.ts:2: const beta = alpha;',
    );
    expect(await run('search_files', { query: '/^const [A-Z]/', path: 'src' })).toBe('src/a.ts:1: const Alpha = 1;');
    expect(await run('search_files', { query: '/ALPHABET/gi' })).toBe('b.md:1: alphabet');
    expect(await run('search_files', { query: 'a.p' })).toBe('No line matches "a.p".');
    await expect(run('search_files', { query: '/(/' })).rejects.toThrow('"/(/" is not a regular expression.');
    await expect(run('search_files', { query: '' })).rejects.toThrow('The query is empty');
  });

  test('never searches secrets, hidden and ignored files, nor through links', async () => {
    await put('.gitignore', 'out/\n');
    for (const path of ['.env', 'out/x.txt', 'id_rsa', 'credentials.json', '.git/config']) await put(path, 'needle');
    await symlink('.env', join(root, 'plain.txt'));
    expect(await run('search_files', { query: 'needle' })).toBe('No line matches "needle".\n[6 hidden files left out]');
  });

  test('stops after many hits, leaves large files out, and shows long lines around the hit', async () => {
    await put('a.txt', 'hit\n'.repeat(500));
    expect(String(await run('search_files', { query: 'hit' })).split('\n')).toHaveLength(201);
    expect(await run('search_files', { query: 'hit' })).toMatch(/\[stopped after 200 hits; .*\]$/);
    await put('a.txt', 'rare '.padStart(3_000_000));
    expect(await run('search_files', { query: 'rare' })).toMatch(/\[1 file above 2 MB not searched\]$/);
    await put('a.txt', `${'x'.repeat(5_000)}rare${'y'.repeat(5_000)}`);
    expect(await run('search_files', { query: 'rare' })).toMatch(/^a\.txt:1: …x{50}rarey{146}…$/);
  });

  test('an expression that takes forever is stopped', async () => {
    await put('a.txt', `${'a'.repeat(50)}b\n`);
    const started = performance.now();
    await expect(run('search_files', { query: '/(a+)+$/' })).rejects.toThrow('takes too long');
    expect(performance.now() - started).toBeLessThan(4_000);
  });
});

describe('write_file', () => {
  test('creates a file with its folders, after asking', async () => {
    const input = { path: 'deep/er/a.txt', content: 'a\nb\nc\n' };
    expect(await verdict('write_file', input)).toEqual({ ask: { risk: 'write', preview: 'new file, 3 lines' } });
    expect(await agreed('write_file', input)).toBe('Created deep/er/a.txt (3 lines).');
    expect(await at('deep/er/a.txt')).toBe('a\nb\nc\n');
    expect(await readdir(join(root, 'deep/er'))).toEqual(['a.txt']);
  });

  test('replaces a file, shows the difference, and keeps its mode', async () => {
    await put('run.sh', 'one\ntwo\n');
    await chmod(join(root, 'run.sh'), 0o750);
    const input = { path: 'run.sh', content: 'one\n2\n' };
    expect(await asked('write_file', input)).toEqual({
      risk: 'write',
      preview: '--- run.sh\n+++ run.sh\n@@ -1,2 +1,2 @@\n one\n-two\n+2',
    });
    expect(await agreed('write_file', input)).toBe('Replaced run.sh (2 lines).');
    expect(await at('run.sh')).toBe('one\n2\n');
    expect((await stat(join(root, 'run.sh'))).mode & 0o777).toBe(0o750);
  });

  test('what changed since a person was asked is not overwritten', async () => {
    await put('a.txt', 'old');
    const input = { path: 'a.txt', content: 'new' };
    const requirements = [await asked('write_file', input)];
    await put('a.txt', 'work of the person');
    await expect(run('write_file', input, { requirements })).rejects.toThrow('has changed since a person was asked');
    expect(await at('a.txt')).toBe('work of the person');
    const decisions = [{ decision: { type: 'approve', input }, at: 1 }] as const;
    expect(await run('write_file', input, { requirements, decisions })).toBe('Replaced a.txt (1 line).');
  });

  test('what cannot be done is denied, so that nobody is asked in vain', async () => {
    await put('folder/a', '');
    expect(await verdict('write_file', { path: 'folder', content: '' })).toEqual({
      deny: '"folder" is a folder, not a file.',
    });
    const failing = run('write_file', { path: `made/${'x'.repeat(300)}`, content: '' });
    await expect(failing).rejects.toThrow(ToolError);
    expect(await readdir(root)).toEqual(['folder']);
  });

  test('two texts for one path at once leave one of them whole', async () => {
    const texts = ['a', 'b', 'c'].map((letter) => letter.repeat(1_000_000));
    await Promise.all(texts.map((content) => run('write_file', { path: 'x', content })));
    expect(await at('x')).toBe(texts[2]);
    expect(await readdir(root)).toEqual(['x']);
  });

  test('a call that was stopped before its turn changes nothing', async () => {
    const context = { context: undefined, key: '', progress: () => {}, emit: () => {}, signal: AbortSignal.abort() };
    const input = { path: 'a', content: '' };
    const stopped = tools['write_file']!.run!(input, { ...context, call: callOf('write_file', input) });
    await expect(stopped).rejects.toThrow('Stopped before anything was changed.');
    expect(await readdir(root)).toEqual([]);
  });
});

describe('edit_file', () => {
  test('replaces the one place, as it is written', async () => {
    await put('a.txt', '\uFEFFone\r\ntwo\r\n');
    const input = { path: 'a.txt', old: 'two', new: '$& $1' };
    expect((await asked('edit_file', input)).preview).toBe(
      '--- a.txt\n+++ a.txt\n@@ -1,2 +1,2 @@\n \uFEFFone\r\n-two\r\n+$& $1\r',
    );
    expect(await agreed('edit_file', input)).toBe('Edited a.txt: 1 replacement.');
    expect(await at('a.txt')).toBe('\uFEFFone\r\n$& $1\r\n');
  });

  test('refuses what is not there or there more than once, but all of it when told', async () => {
    await put('a.txt', 'aaa b b\r\nc\r\n');
    const failing = (old: string, fresh = 'x'): Promise<unknown> =>
      run('edit_file', { path: 'a.txt', old, new: fresh }).catch((error: unknown) => String(error));
    expect(await failing('z')).toContain('ToolError: The old text is not in "a.txt". Read it first');
    expect(await failing('b\nc')).toContain('Its lines end with \\r\\n.');
    expect(await failing('b')).toContain('more than once');
    expect(await failing('aa')).toContain('more than once');
    expect(await failing('')).toContain('The old text is empty');
    expect(await failing('c', 'c')).toContain('nothing would change');
    expect(await verdict('edit_file', { path: 'a.txt', old: 'z', new: 'x' })).toHaveProperty('deny');
    expect(await agreed('edit_file', { path: 'a.txt', old: 'b', new: '', all: true })).toBe(
      'Edited a.txt: 2 replacements.',
    );
    expect(await at('a.txt')).toBe('aaa  \r\nc\r\n');
  });

  test('what is no text is left alone', async () => {
    await put('a.bin', new Uint8Array([0, 1]));
    await put('latin.txt', new Uint8Array([0x61, 0xe4]));
    for (const path of ['a.bin', 'latin.txt'])
      await expect(run('edit_file', { path, old: 'a', new: 'b' })).rejects.toThrow('is no text in UTF-8');
    await expect(run('edit_file', { path: 'none', old: 'a', new: 'b' })).rejects.toThrow('"none" is not there.');
  });

  test('edits of one file at the same time are all kept', async () => {
    const words = Array.from({ length: 20 }, (_, index) => `<${index}>`);
    await put('a.txt', words.join('\n'));
    await Promise.all(words.map((word) => run('edit_file', { path: 'a.txt', old: word, new: word.slice(1) })));
    expect(await at('a.txt')).toBe(words.map((word) => word.slice(1)).join('\n'));
  });

  test('it goes on when the rest of the file has changed meanwhile', async () => {
    await put('a.txt', 'one\ntwo');
    const input = { path: 'a.txt', old: 'two', new: '2' };
    const requirements = [await asked('edit_file', input)];
    await put('a.txt', 'eins\ntwo');
    await run('edit_file', input, { requirements });
    expect(await at('a.txt')).toBe('eins\n2');
  });
});

describe('delete_file', () => {
  test('deletes a file; the person sees how it begins', async () => {
    await put('a.txt', Array.from({ length: 30 }, (_, index) => `line ${index}`).join('\n'));
    const ask = await asked('delete_file', { path: 'a.txt' });
    expect(ask.risk).toBe('delete');
    expect(ask.preview).toMatch(/^229 bytes, changed \S+, begins with:\nline 0\n[^]*line 9$/);
    expect(await agreed('delete_file', { path: 'a.txt' })).toBe('Deleted a.txt.');
    expect(await readdir(root)).toEqual([]);
  });

  test('an empty folder goes, a full one stays', async () => {
    await mkdir(join(root, 'empty'));
    await put('full/.hidden', '');
    expect((await asked('delete_file', { path: 'empty' })).preview).toBe('an empty folder');
    expect(await agreed('delete_file', { path: 'empty/' })).toBe('Deleted empty.');
    expect(await verdict('delete_file', { path: 'full' })).toEqual({
      deny: '"full" is not empty: it holds 1, hidden ones included.',
    });
    await expect(run('delete_file', { path: 'full' })).rejects.toThrow(ToolError);
    await expect(run('delete_file', { path: '.' })).rejects.toThrow('The workspace itself is not deleted.');
    await expect(run('delete_file', { path: 'gone' })).rejects.toThrow('"gone" is not there.');
    expect(await readdir(root)).toEqual(['full']);
  });

  test('a link is not followed, and a file that changed since is kept', async () => {
    await put('a.bin', new Uint8Array([0]));
    await symlink('a.bin', join(root, 'link'));
    expect(await verdict('delete_file', { path: 'link' })).toEqual({ deny: '"link" is a link, not a file.' });
    const input = { path: 'a.bin' };
    const requirements = [await asked('delete_file', input)];
    expect(requirements[0]?.preview).toMatch(/^a binary file, 1 bytes?, changed /);
    await put('a.bin', new Uint8Array([0, 1]));
    await expect(run('delete_file', input, { requirements })).rejects.toThrow('has changed since a person was asked');
  });
});

test('a file that is not there is looked for elsewhere, by its name', async () => {
  await put('notes/meeting.md', 'x');
  await put('README.md', 'x');
  await put('.secret/readme.txt', 'x');
  await expect(run('read_file', { path: 'meeting.md' })).rejects.toThrow(
    '"meeting.md" is not there. There is "notes/meeting.md".',
  );
  await expect(run('read_file', { path: 'README' })).rejects.toThrow('"README" is not there. There is "README.md".');
  await expect(run('read_file', { path: 'other' })).rejects.toThrow(/^"other" is not there\.$/);
});

describe('append_file', () => {
  test('adds lines of their own, and shows the change first', async () => {
    await put('todo.md', 'one');
    expect((await asked('append_file', { path: 'todo.md', content: 'two' })).preview).toContain('+two');
    expect(await agreed('append_file', { path: 'todo.md', content: 'two' })).toBe('Appended 1 line to todo.md.');
    await agreed('append_file', { path: 'todo.md', content: 'three\n' });
    expect(await at('todo.md')).toBe('one\ntwo\nthree\n');
    expect(await verdict('append_file', { path: 'none.md', content: 'x' })).toEqual({
      deny: '"none.md" is not there.',
    });
  });

  test('keeps to the line ends of the file', async () => {
    await put('dos.txt', 'one\r\n');
    await agreed('append_file', { path: 'dos.txt', content: 'two' });
    expect(await at('dos.txt')).toBe('one\r\ntwo\r\n');
  });
});

describe('the file of the talk', () => {
  test('is neither listed nor counted, nor searched, nor open to any tool, and its lock neither', async () => {
    for (const name of ['talk.json', 'talk.json.lock', 'talk.json.tmp-12', 'other.json']) await put(name, 'refund');
    await symlink('talk.json', join(root, 'link.json'));
    tools = workspaceTools({ root, talk: join(root, 'talk.json') });
    expect(await run('list_files', {})).toBe('link.json (link)\nother.json (6 bytes)');
    expect(await run('search_files', { query: 'refund' })).toBe('other.json:1: refund');
    for (const path of ['talk.json', './talk.json', 'talk.json.lock', 'link.json']) {
      const denied = { deny: `"${path}" keeps this talk; tools leave it alone.` };
      expect(await verdict('read_file', { path })).toEqual(denied);
      expect(await verdict('write_file', { path, content: 'forged' })).toEqual(denied);
      expect(await verdict('delete_file', { path })).toEqual(denied);
      await expect(run('write_file', { path, content: 'forged' })).rejects.toThrow('keeps this talk');
    }
  });
});

describe('slow_job', () => {
  test('is there in the playground alone, and asks', async () => {
    expect(tools['slow_job']).toBeUndefined();
    tools = workspaceTools({ root, playground: true });
    expect((await asked('slow_job', {})).preview).toBe('works for 10 seconds, then adds one line to jobs.log');
    expect(tools['slow_job']).toMatchObject({ effect: 'once', timeout: 15_000 });
  });

  test('says how to kill it, and has done nothing when it is stopped', async () => {
    const stop = new AbortController();
    const told: unknown[] = [];
    const context = { context: undefined, key: 'yc_', signal: stop.signal, call: callOf('slow_job', {}) };
    const { slow_job: job } = workspaceTools({ root, playground: true });
    const running = job!.run!({}, { ...context, progress: (value) => told.push(value), emit: () => {} });
    stop.abort();
    await expect(running).rejects.toThrow(ToolError);
    expect(told).toEqual([expect.stringContaining(`${process.pid}`)]);
    expect(await readdir(root)).toEqual([]);
  });
});

test('all of them say what they are', () => {
  const effects = Object.fromEntries(Object.entries(tools).map(([name, { effect }]) => [name, effect]));
  expect(effects).toEqual({
    list_files: 'read',
    read_file: 'read',
    search_files: 'read',
    write_file: 'once',
    edit_file: 'once',
    append_file: 'once',
    delete_file: 'once',
    run_command: 'once',
  });
  expect(() => workspaceTools({ root: join(root, 'none') })).toThrow();
});
