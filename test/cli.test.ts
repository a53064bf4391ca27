// The program as a person starts it: lines in, text out, exit codes, a file that outlives it, and a real terminal.
import { cpSync, existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { newFolder, ownNode, pty, read, removeFolder, root, run, script, seen, start, systemNode } from './program.ts';

// Each test starts the program, some three times: on a busy machine that takes a while.
vi.setConfig({ testTimeout: 60_000 });

let folder: string;

beforeEach(() => {
  folder = newFolder();
});

afterEach(removeFolder);

describe.each([
  ['the Node of the clone', ownNode],
  ["the system's Node", systemNode()],
])('yourcall, started with %s', (_, node) => {
  it('asks, writes the file, says so, and ends with 0', async () => {
    const { status, stdout } = await run([], 'create notes.txt saying hello\ny\n', node);
    expect(stdout).toContain('write_file  path: "notes.txt", content: "hello"');
    expect(stdout).toContain('Created notes.txt');
    expect([status, read('notes.txt')]).toEqual([0, 'hello']);
  });

  it('writes nothing after a no, and the model is told', async () => {
    const { status, stdout } = await run([], 'create notes.txt saying hello\nn\n', node);
    expect(stdout).toContain('You said no to write_file');
    expect([status, readdirSync(folder)]).toEqual([0, []]);
  });

  it('ends with 3 when the input ends while something waits; a later run finishes the job once', async () => {
    const talk = ['--file', 'talk.json'];
    const first = await run(talk, 'create notes.txt saying hello\n', node);
    expect([first.status, readdirSync(folder)]).toEqual([3, ['talk.json']]);
    expect(first.stdout).toContain('Come back with: yourcall --file talk.json');
    const second = await run(talk, 'y\n', node);
    expect(second.stdout).toContain('You said: create notes.txt saying hello');
    expect([second.status, read('notes.txt')]).toEqual([0, 'hello']);
    rmSync(join(folder, 'notes.txt'));
    const third = await run(talk, '', node);
    expect([third.status, readdirSync(folder)]).toEqual([0, ['talk.json']]);
    expect(read('talk.json').match(/"state": "completed"/g)).toHaveLength(1);
  });
});

describe('yourcall --rules', () => {
  const rulesWith = (...rules: readonly object[]): readonly string[] => {
    writeFileSync(join(folder, 'rules.json'), JSON.stringify({ version: 1, rules }));
    return ['--rules', 'rules.json'];
  };

  it('runs what they allow, denies what they deny, and asks about the rest as without them', async () => {
    const allow = { decision: 'allow', tool: 'write_file', when: { path: './*.txt' } };
    const deny = { decision: 'deny', tool: 'write_file', when: { path: './secret.txt' }, reason: 'it is secret' };
    const args = rulesWith(allow, deny);
    const allowed = await run(args, 'create notes.txt saying hello\n');
    expect([allowed.status, read('notes.txt')]).toEqual([0, 'hello']);
    const denied = await run(args, 'create secret.txt saying hello\n');
    expect(denied.stdout).toContain('it is secret');
    const asked = await run(args, 'create notes.md saying hello\n');
    expect([denied.status, asked.status, readdirSync(folder).toSorted()]).toEqual([0, 3, ['notes.txt', 'rules.json']]);
    // Reading needs no rule, and what the tools themselves deny no rule allows.
    const looking = await run(args, 'list the files\n');
    expect([looking.status, looking.stdout]).toEqual([0, expect.stringContaining('notes.txt')]);
  });

  it('ask where the tool would not, and say which rule does', async () => {
    const args = rulesWith({ decision: 'ask', tool: 'list_files', reason: 'somebody wants to know' });
    const { status, stdout } = await run(args, 'list the files\n');
    expect([status, stdout]).toEqual([3, expect.stringContaining('somebody wants to know')]);
  });

  it('is an error where a rule is about no tool', async () => {
    const { status, stderr } = await run(rulesWith({ decision: 'deny', tool: 'wirte_file' }), '');
    expect([status, stderr]).toEqual([1, expect.stringContaining('is about no tool that is known')]);
  });
});

describe('yourcall doctor', () => {
  it('tells which keys are set and asks nobody when it is offline', async () => {
    const { status, stdout, stderr } = await run(['doctor', '--offline'], '');
    expect(stdout).toMatch(/^Keys in the environment\n {2}not set {2}[A-Z_]+/);
    expect(stdout).toMatch(/\n {2}ollama +http:\/\/localhost:11434 +offline\n/);
    expect([status, stderr]).toEqual([0, '']);
  });
});

describe('yourcall in a pipe', () => {
  it('says first where it works, which model and why, where data goes, what is kept, and what asks', async () => {
    const { stdout } = await run([], '');
    expect(stdout.split('\n').slice(0, 5)).toEqual([
      `yourcall in ${folder}`,
      expect.stringMatching(/^Model: demo\/rules-1 \(.*not an AI\)$/),
      'Data: nothing leaves this machine',
      'Kept: in memory only; --file talk.json keeps it',
      expect.stringContaining('ask you first'),
    ]);
    expect(stdout).not.toContain('\u001B');
  });

  it('takes any other line while something waits for a word, kept and answered after the decision', async () => {
    const talk = ['--file', 'talk.json'];
    const lines = 'create a.txt saying one\nyes please\nlist the files\n';
    const { status, stdout } = await run(talk, lines);
    expect([status, existsSync(join(folder, 'a.txt'))]).toEqual([3, false]);
    expect(stdout.match(/Kept; it is answered once this is decided/g)).toHaveLength(2);
    expect(read('talk.json')).toContain('list the files');
    const later = await run(talk, 'Y\n');
    expect([later.status, read('a.txt')]).toEqual([0, 'one']);
    expect(later.stdout).toContain('> list_files');
  });

  it('says a y when nothing waits', async () => {
    const { status, stdout } = await run([], 'y\n');
    expect([status, stdout.includes('May it do this?')]).toEqual([0, false]);
  });

  it('reads other arguments after an e, and says what does not fit', async () => {
    const edits = ['{"path": 5}', 'e', '{"path":', 'e', '{"path": "../b.txt", "content": "x"}', 'e'];
    const lines = ['create a.txt saying one', 'e', ...edits, '{"path": "b.txt", "content": "two"}'];
    const { status, stdout, stderr } = await run([], `${lines.join('\n')}\n`);
    expect(stderr).toMatch(/do not fit: .*\n.*not JSON: .*\n.*not allowed: .*\n$/);
    expect(stdout).toContain('Created b.txt');
    expect([status, readdirSync(folder), read('b.txt')]).toEqual([0, ['b.txt'], 'two']);
  });

  it('asks about several calls one after the other, and leaves one for later', async () => {
    const lines = 'create a.txt saying one and create b.txt saying two\nl\ny\n';
    const { status, stdout } = await run([], lines);
    expect(stdout).toContain('(1 of 2)');
    expect(stdout).toContain('(2 of 2)');
    expect([status, readdirSync(folder)]).toEqual([3, ['b.txt']]);
  });

  it('gives each event as a line of JSON, and everything else to standard error', async () => {
    const { status, stdout, stderr } = await run(['--json'], 'create a.txt saying one\nhm\ny\n');
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect([status, read('a.txt')]).toEqual([0, 'one']);
    expect(events.filter(({ type }) => ['paused', 'done', 'error'].includes(type)).map(({ type }) => type)).toEqual([
      'paused',
      'paused',
      'done',
    ]);
    const states = events.filter(({ type }) => type === 'tool').map(({ call }) => call.state);
    expect(states).toEqual(['proposed', 'awaiting-approval', 'approved', 'running', 'completed']);
    expect(events.filter(({ message }) => message?.role === 'user')).toHaveLength(2);
    expect(stderr).toContain('May it do this?');
  });

  it('ends quietly when nobody reads it any more', async () => {
    const child = start([]);
    child.stdout.destroy();
    child.stdin.write('list the files\nlist the files\n');
    const [code] = await once(child, 'exit');
    expect(code).toBe(1);
  });
});

describe('what is wrong is one sentence, and the exit code is 1', () => {
  it.each([
    ['an unknown option', ['--speed'], /^Unknown option '--speed'\. See yourcall --help\.\n$/],
    ['a word too many', ['hello'], /^Unexpected argument 'hello'\..*\n$/],
    ['a model without provider', ['--model', 'gpt-5'], /^--model takes provider\/name.*"gpt-5".*\n$/],
    ['an unknown model', ['--model', 'nobody/gpt-5'], /^yourcall: There is no model "nobody\/gpt-5".*\n$/],
    [
      'a missing key',
      ['--model', 'openai/gpt-5'],
      /^yourcall: The model openai\/gpt-5 needs an API key.*OPENAI_API_KEY\.\n$/,
    ],
    ['an address for no model', ['--base-url', 'http://localhost:1'], /^--base-url needs --model.*\n$/],
    ['a broken file', ['--file', 'broken.json'], /^yourcall: Opening broken\.json: .*not JSON.*\n$/],
    ['a newer format', ['--file', 'newer.json'], /^yourcall: Opening newer\.json: .*format 99.*newer one\.\n$/],
    ['a file of something else', ['--file', 'other.json'], /^yourcall: Opening other\.json: .*\n$/],
    ['a folder', ['--file', '.'], /^yourcall: Opening \.: it is a folder\.\n$/],
  ])('%s', async (_, args, sentence) => {
    const files = { 'broken.json': '{"format": 1, ', 'newer.json': '{"format": 99}', 'other.json': '[1]' };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const { status, stdout, stderr } = await run(args, 'hello\n');
    expect(stderr).toMatch(sentence);
    expect([status, stdout]).toEqual([1, '']);
    for (const [name, text] of Object.entries(files)) expect(read(name)).toBe(text);
    expect(readdirSync(folder)).toHaveLength(3);
  });

  it('a second terminal with the same file; SIGTERM gives the file free', async () => {
    const first = start(['--file', 'talk.json']);
    await seen(first, 'ask you first');
    const second = await run(['--file', 'talk.json'], 'hello\n');
    expect([second.status, second.stderr]).toEqual([1, expect.stringContaining('talk.json is open in process')]);
    expect(second.stderr).toContain(read('talk.json.lock').split('\n')[0]);
    first.kill('SIGTERM');
    expect(await once(first, 'exit')).toEqual([143, null]);
    expect(readdirSync(folder)).toEqual([]);
    expect((await run(['--file', 'talk.json'], '')).status).toBe(0);
  });
});

describe('a talk that was cut', () => {
  const said = { id: 'm1', role: 'user', parts: [{ type: 'text', text: 'list the files' }], at: 1 };

  it('goes on at once when its last word has no answer', async () => {
    keep([said]);
    const { status, stdout } = await run(['--file', 'talk.json'], '');
    expect([status, stdout]).toEqual([0, expect.stringContaining('> list_files')]);
  });

  it('runs at once what was approved', async () => {
    keep([said, asking({ state: 'approved', by: 'person' })]);
    const { status } = await run(['--file', 'talk.json'], '');
    expect([status, read('a.txt')]).toEqual([0, 'one']);
  });

  it('says what is known of a call in doubt, and believes only "happened" while it may still act (E2, C2)', async () => {
    const attempt = { number: 1, startedAt: Date.now() - 1_000, deadline: Date.now() + 90_000 };
    keep([said, asking({ state: 'running', attempt })]);
    const { status, stdout, stderr } = await run(['--file', 'talk.json'], 'r\nh\n');
    expect(stdout).toMatch(
      /In doubt: write_file .*\n +Attempt 1 was started at [^]* Nobody knows whether it took effect/,
    );
    expect(stderr).toMatch(/^Too early: .* For (1 min 30|1 min 2\d) s more only "it happened" is believed/);
    expect([status, existsSync(join(folder, 'a.txt'))]).toEqual([0, false]);
  });

  it('runs a call in doubt again once its time is over and a person says so', async () => {
    keep([said, asking({ state: 'running', attempt: { number: 1, startedAt: 1, deadline: 2 } })]);
    const { status } = await run(['--file', 'talk.json'], 'run again\n');
    expect([status, read('a.txt')]).toEqual([0, 'one']);
  });

  it('says until when a call waits, and asks about it by itself when its time has come (D5)', async () => {
    keep([said, asking({ state: 'snoozed', until: Date.now() + 4_000 })]);
    const program = start(['--file', 'talk.json']);
    await seen(program, 'write_file waits until ');
    await seen(program, 'May it do this?');
    program.stdin.end('y\n');
    expect(await once(program, 'exit')).toEqual([0, null]);
    expect(read('a.txt')).toBe('one');
  });

  it('tells a late person that the time to decide is over, also when it ends at the prompt (S2)', async () => {
    const requirements = [{ reason: 'over 50', expiresAt: Date.now() + 4_000 }];
    keep([said, asking({ state: 'awaiting-approval', requirements })]);
    const program = start(['--file', 'talk.json']);
    await seen(program, 's left)');
    await seen(program, 'not done: nobody decided in time');
    program.stdin.end();
    expect(await once(program, 'exit')).toEqual([0, null]);
  });

  it('takes the result of what is done elsewhere from a person', async () => {
    keep([said, asking({ state: 'awaiting-result' })]);
    const { status, stdout } = await run(['--file', 'talk.json'], 'a\n{"found": "it"}\n');
    expect(stdout).toContain('Done elsewhere: write_file');
    expect(stdout).toContain('< write_file: (answered by a person) found: it');
    expect([status, existsSync(join(folder, 'a.txt'))]).toEqual([0, false]);
  });

  it('puts the question of a tool to the person, and leaves it when it is put off', async () => {
    const question = { state: 'awaiting-input', question: 'Which colour?', schema: { enum: ['red', 'blue'] } };
    keep([said, asking(question)]);
    const { status, stdout } = await run(['--file', 'talk.json'], '/later\n');
    expect(stdout).toMatch(/You are asked by write_file .*\n +\| Which colour\?\n +One of: red, blue\n/);
    expect(stdout).toContain('  for an answer: write_file');
    expect(status).toBe(3);
  });

  it.runIf(script)(
    'in a terminal: the time that is left counts down at the prompt, and then more may be said (E2)',
    async () => {
      const attempt = { number: 1, startedAt: Date.now() - 1_000, deadline: Date.now() + 8_000 };
      keep([said, asking({ state: 'running', attempt })]);
      const terminal = pty(['--file', 'talk.json']);
      await seen(terminal, '(more in ');
      await seen(terminal, '(more in ');
      await seen(terminal, 'did [n]ot happen');
      terminal.stdin.write('n\r');
      await seen(terminal, 'it did not happen, and is left so');
      terminal.stdin.write('exit\r');
      expect(await once(terminal, 'exit')).toEqual([0, null]);
    },
  );

  function asking(more: object): object {
    const input = { path: 'a.txt', content: 'one' };
    const call = { id: 'c1', name: 'write_file', arguments: JSON.stringify(input), input, revision: 3, effect: 'once' };
    const parts = [{ type: 'tool', call: { ...call, ...more } }];
    return { id: 'm2', role: 'assistant', parts, at: 2, finish: 'tool-calls' };
  }

  function keep(messages: readonly object[]): void {
    writeFileSync(join(folder, 'talk.json'), JSON.stringify({ format: 1, id: 'talk', messages }));
  }
});

describe.runIf(script)('in a terminal', () => {
  it('the playground lists what to try, and a number says it', async () => {
    cpSync(join(root, 'examples', 'playground'), folder, { recursive: true });
    const terminal = pty(['--file', '.talk.json']);
    await seen(terminal, 'Things to try');
    await seen(terminal, '3. now kill me');
    await seen(terminal, '> ');
    terminal.stdin.write('1\r');
    await seen(terminal, '(list the files)');
    await seen(terminal, 'There are 6 files');
    terminal.stdin.write('exit\r');
    expect(await once(terminal, 'exit')).toEqual([0, null]);
  });

  it('there are no colours when NO_COLOR says so', async () => {
    const terminal = pty([], { NO_COLOR: '1' });
    await seen(terminal, '> ');
    terminal.stdin.write('create a.txt saying one\r');
    const shown = await seen(terminal, '[l]ater > ');
    terminal.stdin.write('\u0004');
    expect(await once(terminal, 'exit')).toEqual([3, null]);
    // oxlint-disable-next-line no-control-regex -- this is what colours begin with
    expect(shown).not.toMatch(/\u001B\[\d*m/);
  });
});

describe('with a model on the wire', () => {
  let server: Server;
  let model: readonly string[];

  beforeAll(async () => {
    server = createServer(answering).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    model = ['--model', 'mine/m', '--base-url', `http://127.0.0.1:${port}/v1`];
  });

  afterAll(() => server.close());

  it('an error is one sentence, the talk goes on, and the last run decides about the exit code', async () => {
    const { status, stdout, stderr } = await run(model, 'fail\nhello\n');
    expect(stderr).toMatch(/^Error: .*no such thing.*\n$/);
    expect([status, stdout]).toEqual([0, expect.stringContaining('You said: hello')]);
    expect((await run(model, 'hello\nfail\n')).status).toBe(1);
  });

  it.runIf(script)('in a terminal: Ctrl-C stops the answer, a second one leaves', async () => {
    const terminal = pty(model);
    await seen(terminal, '> ');
    terminal.stdin.write('slow\r');
    await seen(terminal, 'word3');
    terminal.stdin.write('\u0003');
    await seen(terminal, 'stopped');
    terminal.stdin.write('hello\r');
    await seen(terminal, 'You said: hello');
    terminal.stdin.write('\u0003');
    await seen(terminal, 'Ctrl-C again leaves');
    terminal.stdin.write('\u0003');
    expect(await once(terminal, 'exit')).toEqual([0, null]);
  });

  it.runIf(script)('in a terminal: what is folded is unfolded once before a yes counts (X5)', async () => {
    const terminal = pty(model);
    await seen(terminal, '> ');
    terminal.stdin.write('long\r');
    await seen(terminal, '[v]iew all');
    terminal.stdin.write('y\r');
    await seen(terminal, 'line 59');
    expect(existsSync(join(folder, 'long.txt'))).toBe(false);
    await seen(terminal, '[l]ater');
    terminal.stdin.write('y\r');
    await seen(terminal, 'Created long.txt');
    terminal.stdin.write('\u0004');
    expect(await once(terminal, 'exit')).toEqual([0, null]);
  });

  it.runIf(script)('in a terminal: a yes typed before the question was shown does not count', async () => {
    const terminal = pty(model);
    await seen(terminal, '> ');
    terminal.stdin.write('long\ry\r');
    await seen(terminal, 'does not count');
    terminal.stdin.write('n\r');
    await seen(terminal, 'Why not');
    terminal.stdin.write('too long\r');
    await seen(terminal, 'a person rejected it: too long');
    terminal.stdin.write('\u0003\u0003');
    expect(await once(terminal, 'exit')).toEqual([0, null]);
    expect(readdirSync(folder)).toEqual(['.local']); // What was said before; its home is this folder.
  });
});

/** A Chat Completions server that answers by the last word. */
const answering: Parameters<typeof createServer>[1] = (request, response) => {
  let body = '';
  request.on('data', (data) => (body += String(data)));
  request.on('end', async () => {
    const last = JSON.parse(body).messages.at(-1);
    const said = typeof last.content === 'string' ? last.content : JSON.stringify(last.content);
    if (said === 'fail') {
      response.writeHead(400, { 'content-type': 'application/json' });
      return response.end('{"error":{"message":"no such thing"}}');
    }
    const send = (delta: object, finish_reason: string | null = null): boolean =>
      response.write(
        `data: ${JSON.stringify({ id: 'x', model: 'm', choices: [{ index: 0, delta, finish_reason }] })}\n\n`,
      );
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    if (said === 'long') {
      const content = Array.from({ length: 60 }, (_, line) => `line ${line}`).join('\n');
      const call = { name: 'write_file', arguments: JSON.stringify({ path: 'long.txt', content }) };
      send({ tool_calls: [{ index: 0, id: 'call', function: call }] });
      send({}, 'tool_calls');
    } else {
      const words = said === 'slow' ? 100 : 0;
      for (let word = 0; word < words && !response.destroyed; word += 1) {
        send({ content: `word${word} ` });
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      send({ content: `You said: ${said}` });
      send({}, 'stop');
    }
    return response.end('data: [DONE]\n\n');
  });
};
