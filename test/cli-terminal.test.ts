// The program in a real terminal: what it draws, byte by byte, and what it leaves behind.
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { modelServer } from './model-server.ts';
import type { Answer, ModelServer } from './model-server.ts';
import { newFolder, pty, read, removeFolder, run, script, seen } from './program.ts';

vi.setConfig({ testTimeout: 60_000 });

const markdown = '# Title\nSome **bold** words, `code` and \u001B[31m\u202Ered.\n\n```ts\nconst a = 1;\n```\n';

let server: ModelServer;
let folder: string;

beforeEach(() => {
  folder = newFolder();
});

afterEach(removeFolder);

beforeAll(async () => {
  server = await modelServer(answerTo);
});

afterAll(() => server.close());

function answerTo(said: string): Answer {
  if (said === 'slowly') return { pieces: ['now'], pause: 2_500 };
  return { pieces: markdown.match(/[^]{1,3}/g)! };
}

describe.runIf(script)('an answer in a terminal', () => {
  it('is drawn as Markdown, and what would move the terminal is an escape (X5)', async () => {
    const terminal = pty(server.options);
    await seen(terminal, '> ');
    terminal.stdin.write('hello\r');
    const shown = await seen(terminal, '╰──');
    expect(shown).toContain('\u001B[1m\u001B[36mTitle');
    expect(shown).toContain('Some \u001B[1mbold\u001B[22m words, \u001B[36mcode\u001B[39m and');
    expect(shown).toContain(String.raw`\u001b[31m\u202ered.`);
    expect(shown).toMatch(/╭── ts.*\r\nconst a = 1;\r\n/);
    expect(JSON.stringify(server.heard.at(-1))).toContain('in Markdown.');
  });

  it('stays as the model has written it where nothing can be set off', async () => {
    for (const environment of [{ NO_COLOR: '1' }, { TERM: 'dumb' }]) {
      const terminal = pty(server.options, environment);
      await seen(terminal, '> ');
      terminal.stdin.write('hello\r');
      const shown = await seen(terminal, 'const a = 1;\r\n```');
      expect(shown).toContain('# Title\r\nSome **bold** words, `code` and');
      expect(shown).not.toMatch(/\u001B\[\d+m/); // oxlint-disable-line no-control-regex -- what a terminal is sent begins so
    }
  });

  it('stays as it is in a pipe, also when colours are wanted there', async () => {
    const { stdout } = await run(server.options, 'hello\n');
    const said = markdown.replace('\u001B', String.raw`\u001b`).replace('\u202E', String.raw`\u202e`);
    expect(stdout).toContain(said);
    expect(stdout).not.toContain('\u001B');
    expect(JSON.stringify(server.heard.at(-1))).toContain('in plain text.');
    const forced = await run(server.options, 'hello\n', undefined, { FORCE_COLOR: '1' });
    expect(forced.stdout).toContain(said);
    expect(forced.stdout).toContain('\u001B[2m');
  });
});

describe.runIf(script)('while nothing comes', () => {
  it('a line says for how long, and goes without trace', async () => {
    const terminal = pty(server.options);
    await seen(terminal, '> ');
    terminal.stdin.write('slowly\r');
    await seen(terminal, 'thinking, 1 s');
    const shown = await seen(terminal, 'now');
    expect(shown).toMatch(/\r\u001B\[Know$/); // oxlint-disable-line no-control-regex -- what a terminal is sent begins so
  });

  it('nothing moves where nothing can be drawn anew', async () => {
    const terminal = pty(server.options, { TERM: 'dumb' });
    await seen(terminal, '> ');
    terminal.stdin.write('slowly\r');
    expect(await seen(terminal, 'now')).not.toContain('thinking');
    const { stdout } = await run(server.options, 'slowly\n');
    expect(stdout).not.toContain('thinking');
  });
});

describe.runIf(script)('editing in a terminal', () => {
  it('hands the terminal to the editor, says what does not fit, and writes what was left at last', async () => {
    const left = [{ path: 5 }, { path: 'b.txt', content: 'two' }];
    left.forEach((input, index) => writeFileSync(join(folder, `.left${index}`), JSON.stringify(input)));
    const editor = join(folder, '.editor');
    const script = `n=$(cat .times 2>/dev/null || echo 0); echo $((n + 1)) > .times; test -t 0; cat ".left$n" > "$1"`;
    writeFileSync(editor, script);
    const terminal = pty(['--model', 'demo/rules-1'], { VISUAL: `sh '${editor}'` });
    await seen(terminal, '> ');
    terminal.stdin.write('create a.txt saying one\r');
    await seen(terminal, '[l]ater');
    terminal.stdin.write('e\r');
    await seen(terminal, 'These arguments do not fit: path: expected a text; content: is missing.');
    await seen(terminal, '[e]dit again, or [l]eave it as it was > ');
    terminal.stdin.write('e\r');
    const shown = await seen(terminal, 'Approve with these arguments? [y]es [e]dit again [n]o > ');
    expect(shown).toMatch(/-  "path": "a.txt",.*\r\n.*-  "content": "one"/);
    expect(shown).toMatch(/\+  "path": "b.txt",.*\r\n.*\+  "content": "two"/);
    terminal.stdin.write('y\r');
    await seen(terminal, 'Created b.txt');
    expect(readdirSync(folder).filter((name) => !name.startsWith('.'))).toEqual(['b.txt']);
    expect(read('b.txt')).toBe('two');
  });
});

describe.runIf(script)('typing in a terminal', () => {
  const demo = ['--model', 'demo/rules-1'];
  const ready = '\u001B[3G';

  async function leave(terminal: ReturnType<typeof pty>): Promise<string> {
    terminal.stdin.write('\u0015\u0004');
    return seen(terminal, '\u001B[?2004l');
  }

  it('what is pasted is one word, whatever lines it has', async () => {
    const terminal = pty(server.options);
    const greeting = await seen(terminal, ready);
    expect(greeting).toContain('\u001B[?2004h');
    terminal.stdin.write('\u001B[200~one\r\ntwo\n\u001B[201~');
    await seen(terminal, 'one⏎two');
    terminal.stdin.write('\u001B\rthree\r');
    await seen(terminal, '╰──');
    const { messages } = server.heard.at(-1) as { messages: { content: string }[] };
    expect(messages.at(-1)?.content).toBe('one\ntwo\nthree');
    await leave(terminal);
  });

  it('the arrows bring back what was said in an earlier talk, but no answers and nothing after a blank', async () => {
    const first = pty(demo);
    await seen(first, ready);
    first.stdin.write('create a.txt saying one\r');
    await seen(first, '[l]ater');
    first.stdin.write('n\r');
    await seen(first, 'Why not?');
    first.stdin.write('because\r');
    await seen(first, 'You said no');
    await seen(first, ready);
    first.stdin.write(' a secret\r');
    await seen(first, ready);
    await leave(first);
    expect(read('.local/state/yourcall/history')).toBe('"create a.txt saying one"\n');
    expect(statSync(join(folder, '.local/state/yourcall/history')).mode & 0o777).toBe(0o600);
    const second = pty(demo);
    await seen(second, ready);
    second.stdin.write('\u001B[A');
    await seen(second, 'create a.txt saying one');
    await leave(second);
  });

  it('nothing is kept where that is not wanted', async () => {
    for (const [options, environment] of [
      [['--no-history'], {}],
      [[], { YOURCALL_HISTORY: 'off' }],
    ] as const) {
      const terminal = pty([...demo, ...options], environment);
      await seen(terminal, ready);
      terminal.stdin.write('hello\r');
      await seen(terminal, ready);
      await leave(terminal);
      expect(readdirSync(folder)).toEqual([]);
    }
  });

  it('Tab completes a command, and an unknown one is told so', async () => {
    const terminal = pty(demo);
    await seen(terminal, ready);
    terminal.stdin.write('/usa\t');
    await seen(terminal, '/usage');
    terminal.stdin.write('\r');
    await seen(terminal, 'Nothing was asked yet.');
    await seen(terminal, ready);
    terminal.stdin.write('/toosl\r');
    await seen(terminal, 'do you mean /tools?');
    await leave(terminal);
  });

  it('another model answers from now on, and is named to come back with', async () => {
    const terminal = pty([...demo, '--file', 'talk.json']);
    await seen(terminal, ready);
    terminal.stdin.write(`/model mine/m ${server.baseURL}\r`);
    await seen(terminal, 'Model: mine/m (you named it)');
    await seen(terminal, ready);
    terminal.stdin.write('hello\r');
    await seen(terminal, 'Title');
    await seen(terminal, '╰──');
    await seen(terminal, ready);
    terminal.stdin.write('\u0004');
    await seen(terminal, `Come back with: yourcall --model mine/m --base-url ${server.baseURL} --file talk.json`);
  });

  it('a file goes along with the next word alone', async () => {
    writeFileSync(join(folder, 'notes.md'), 'buy milk');
    const terminal = pty(server.options);
    await seen(terminal, ready);
    terminal.stdin.write('/file no\t');
    await seen(terminal, 'notes.md');
    terminal.stdin.write('\r');
    await seen(terminal, 'notes.md (text, 8 bytes) goes along');
    await seen(terminal, '[notes.md] ');
    terminal.stdin.write('what is this?\r');
    await seen(terminal, '╰──');
    await seen(terminal, ready);
    const said = JSON.stringify(server.heard.at(-1));
    expect([said.includes('what is this?'), said.includes(String.raw`The file notes.md:\n\nbuy milk`)]).toEqual([
      true,
      true,
    ]);
    await leave(terminal);
  });

  it('a person goes from thread to thread', async () => {
    const terminal = pty([...demo, '--db', 'app.db']);
    await seen(terminal, ready);
    terminal.stdin.write('list the files\r');
    await seen(terminal, 'There are no files.');
    await seen(terminal, ready);
    terminal.stdin.write('/new\r');
    const left = await seen(terminal, 'as a new thread');
    const [, id = ''] = /kept as thread (\w+)\. Come back with: yourcall .*--thread \w+/.exec(left) ?? [];
    expect(id).not.toBe('');
    await seen(terminal, ready);
    terminal.stdin.write(`/resume ${id.slice(0, 6)}\r`);
    await seen(terminal, `thread ${id} "list the files"`);
    await seen(terminal, 'You said: list the files');
    await leave(terminal);
  });
});
