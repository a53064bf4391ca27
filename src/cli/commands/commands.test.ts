import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { tool } from '../../chat/tool.ts';
import { Conversation } from '../../conversation/conversation.ts';
import { modelFromName } from '../../models/default/index.ts';
import type { Thread } from '../../store/thread.ts';
import { ModelChoice } from '../model-choice.ts';
import { styleOf } from '../style.ts';
import type { Surroundings } from './command.ts';
import { completeCommand, isCommand, runCommand } from './commands.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yourcall-commands-'));
  vi.stubEnv('OPENAI_API_KEY', '');
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const demo = { model: modelFromName('demo/rules-1'), because: 'it is there', where: 'nowhere' };
const thread = (id: string, title: string): Thread => ({
  tenant: 'local',
  thread: id,
  title,
  chat: 'folder:/x',
  status: 'done',
  seq: 1,
  createdAt: 0,
  updatedAt: 60_000,
});

function desk(more: Partial<Surroundings> = {}) {
  const shown: string[] = [];
  const tell = (line = ''): void => void shown.push(line);
  const conversation = new Conversation({ id: 'first', now: () => 120_000 });
  const around = {
    // Nothing else of a screen and of a session is used by commands.
    screen: { width: 90, style: styleOf(process.stdout, { NO_COLOR: '1' }), line: tell, note: tell, error: tell },
    session: { conversation },
    tools: () => ({}),
    hasRules: false,
    choice: new ModelChoice(demo, { name: undefined, baseURL: undefined, pace: 0 }),
    ...more,
  } as Surroundings;
  return { around, shown, conversation, say: (line: string) => runCommand(around, line) };
}

describe('a line that begins with a slash', () => {
  it('is a command, unless it is a path or begins with a blank', () => {
    expect(['/help', '/mdoel x', '/', '/?', '/file a/b'].map(isCommand)).toEqual([true, true, true, true, true]);
    expect(['/etc/hosts', ' /help', 'help', '/1', '/usr/bin is full'].map(isCommand)).toEqual(Array(5).fill(false));
  });

  it('that is no command is told so, with the nearest', async () => {
    const { say, shown } = desk();
    for (const line of ['/mdoel', '/hlep', '/to', '/xyzzy', '/usgae x']) await say(line);
    expect(shown).toEqual([
      'There is no command /mdoel; do you mean /model? A blank in front of it says it to the model.',
      'There is no command /hlep; do you mean /help? A blank in front of it says it to the model.',
      'There is no command /to; do you mean /tools? A blank in front of it says it to the model.',
      'There is no command /xyzzy; /help lists them. A blank in front of it says it to the model.',
      'There is no command /usgae; do you mean /usage? A blank in front of it says it to the model.',
    ]);
  });

  it('lists all of them', async () => {
    const { say, shown } = desk();
    await say('/help');
    const names = shown.flatMap((line) => /^ {2}\/(\w+)/.exec(line)?.[1] ?? []);
    expect(names).toEqual(['help', 'tools', 'model', 'file', 'threads', 'resume', 'new', 'usage', 'quit']);
    expect(await say('/quit')).toEqual({ type: 'leave' });
  });
});

describe('/tools', () => {
  it('says of each whether it asks', async () => {
    const run = (): string => '';
    const set = {
      look: tool({ description: 'Looks. And more.', effect: 'read', run }),
      peek: tool({ description: 'Peeks', effect: 'read', policy: () => 'allow', run }),
      pay: tool({ description: 'Pays\u202E\nand more', run }),
      write: tool({ description: 'Writes', policy: () => 'ask', run }),
      never: tool({ description: 'Never', policy: { deny: 'no' }, run }),
    };
    const { say, shown } = desk({ tools: () => set, hasRules: true });
    await say('/tools');
    expect(shown.map((line) => line.split(/ {2,}/))).toEqual([
      ['TOOL', 'WITHOUT A WORD OF YOURS', 'WHAT IT DOES'],
      ['look', 'runs', 'Looks.'],
      ['peek', 'runs, or asks, by its arguments', 'Peeks'],
      ['pay', 'asks', String.raw`Pays\u202e\nand more`],
      ['write', 'asks, by its arguments', 'Writes'],
      ['never', 'never runs', 'Never'],
      [expect.stringContaining('rules of your file speak first')],
    ]);
  });
});

describe('/model', () => {
  it('says which one answers, and takes another one', async () => {
    const { say, shown, around } = desk();
    await say('/model');
    expect(shown.slice(0, 2)).toEqual(['Model: demo/rules-1 (it is there)', 'Data: nowhere']);
    await say('/model mine/m http://127.0.0.1:9/v1');
    expect([around.choice.name, around.choice.model.id]).toEqual(['mine/m', 'm']);
    await say('/model mine/other');
    expect(around.choice.options).toEqual({ '--model': 'mine/other', '--base-url': 'http://127.0.0.1:9/v1' });
    expect(shown.slice(-2)).toEqual(['Model: mine/other (you named it)', 'Data: http://127.0.0.1:9/v1']);
  });

  it('keeps the one there is when another one cannot be had', async () => {
    const { say, shown, around } = desk();
    for (const name of ['gpt-5', 'nobody/x', 'openai/gpt-5']) await say(`/model ${name}`);
    expect(shown).toEqual([
      expect.stringMatching(/^--model takes provider\/name.*"gpt-5"\.$/),
      expect.stringMatching(/^There is no model "nobody\/x" here/),
      expect.stringMatching(/^The model openai\/gpt-5 needs an API key: set OPENAI_API_KEY\.$/),
    ]);
    expect(around.choice.name).toBe('demo/rules-1');
  });
});

describe('/file', () => {
  const attached = async (path: string) => {
    const { say, shown } = desk();
    return { wish: await say(`/file ${path}`), shown };
  };

  it('takes along a text as text, and an image as what it is', async () => {
    writeFileSync(join(folder, 'a b.md'), '# hé');
    writeFileSync(join(folder, 'x.PNG'), Buffer.from([1, 2, 255]));
    const text = await attached(`"${folder}/a b.md"`);
    expect(text.wish).toMatchObject({
      type: 'attach',
      attachment: { name: 'a b.md', part: { type: 'text', text: '\n\nThe file a b.md:\n\n# hé' } },
    });
    expect(text.shown).toEqual(['a b.md (text, 5 bytes) goes along with your next word.']);
    const image = await attached(`${folder}/x.PNG`);
    expect(image.wish).toMatchObject({
      attachment: { part: { type: 'file', mediaType: 'image/png', name: 'x.PNG', source: { data: 'AQL/' } } },
    });
  });

  it('says why it does not', async () => {
    writeFileSync(join(folder, 'b.bin'), Buffer.from([0, 159, 146]));
    writeFileSync(join(folder, 'big.txt'), 'x'.repeat(600_000));
    mkdirSync(join(folder, 'sub'));
    const shown = [];
    for (const name of ['b.bin', 'big.txt', 'sub', 'gone']) shown.push(...(await attached(join(folder, name))).shown);
    expect(shown).toEqual([
      expect.stringMatching(/^Reading .*b\.bin: .*not valid/),
      expect.stringMatching(/^Reading .*big\.txt: it has 600,000 bytes, which is too many\.$/),
      expect.stringMatching(/^Reading .*sub: it is no file\.$/),
      expect.stringMatching(/^Reading .*gone: ENOENT/),
    ]);
  });
});

describe('/threads', () => {
  const list = async (): Promise<readonly Thread[]> => [thread('first', 'one'), thread('abc123', 'two\u001B')];

  it('lists those of this folder, and /resume goes on with one', async () => {
    const { say, shown } = desk({ threads: list });
    await say('/threads');
    expect(shown.slice(0, 3).map((line) => line.trim().split(/ {2,}/))).toEqual([
      ['ID', 'STATUS', 'CHANGED', 'TITLE'],
      ['*', 'first', 'done', '1 min ago', 'one'],
      ['abc123', 'done', '1 min ago', String.raw`two\u001b`],
    ]);
    expect(await say('/resume abc')).toEqual({ type: 'go', thread: 'abc123' });
    expect(await say('/new')).toEqual({ type: 'go', thread: undefined });
    expect([await say('/resume first'), await say('/resume abd123'), await say('/resume')]).toEqual(
      Array(3).fill(undefined),
    );
    expect(shown.slice(-3)).toEqual([
      'That is this one.',
      'There is no thread abd123 here; abc123?',
      '/resume takes the id of a thread; /threads lists them.',
    ]);
  });

  it('are none where the talk is kept in memory or a file', async () => {
    const { say, shown } = desk();
    for (const line of ['/threads', '/resume x', '/new']) expect(await say(line)).toBeUndefined();
    expect(new Set(shown)).toEqual(new Set([expect.stringContaining('yourcall --db app.db')]));
  });
});

describe('/usage', () => {
  it('sums up tokens by model, and says of which calls nothing is known', async () => {
    const { say, shown, conversation } = desk();
    await say('/usage');
    const spoken = { role: 'assistant', parts: [], at: 1 } as const;
    const model = { provider: 'mine', id: 'm' };
    const usage = { input: 1_200, output: 30, cachedInput: 1_000, reasoning: 0 };
    const messages = [
      { ...spoken, id: '1', model, usage },
      { ...spoken, id: '2', model, usage },
      { ...spoken, id: '3', model: { provider: 'demo', id: 'rules-1' } },
    ];
    for (const message of messages) conversation.apply({ type: 'message', message });
    await say('/usage');
    expect(shown).toEqual([
      'Nothing was asked yet.',
      'mine/m: 2,400 tokens in (2,000 of them cached), 60 tokens out, 2 calls',
      'demo/rules-1: 0 tokens in, 0 tokens out, 1 call; of 1 call it is not known',
    ]);
  });
});

describe('Tab', () => {
  it('completes commands, models, paths and threads', async () => {
    writeFileSync(join(folder, 'notes.md'), '');
    mkdirSync(join(folder, 'nested'));
    writeFileSync(join(folder, '.hidden'), '');
    const { around } = desk({ threads: async () => [thread('abc', ''), thread('xyz', '')] });
    const words = async (line: string) => (await completeCommand(around, line)).words;
    expect(await words('/')).toContain('/help');
    expect(await words('/t')).toEqual(['/tools', '/threads']);
    expect(await words('/mo')).toEqual(['/model ']);
    expect(await words('/model groq/')).toEqual([expect.stringMatching(/^groq\/./)]);
    expect((await words(`/file ${folder}/n`)).toSorted()).toEqual([`${folder}/nested/`, `${folder}/notes.md`]);
    expect((await words(`/file ${folder}/`)).toSorted()).toEqual([`${folder}/nested/`, `${folder}/notes.md`]);
    expect(await words('/resume a')).toEqual(['abc']);
    expect(await words('hello')).toEqual([]);
  });
});
