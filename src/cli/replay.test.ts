import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { cut } from './recording.ts';
import { replay } from './replay.ts';

const folder = mkdtempSync(join(tmpdir(), 'yourcall-replay-'));
const lines: string[] = [];
const complaints: string[] = [];

beforeEach(() => {
  lines.length = 0;
  complaints.length = 0;
  vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
  vi.spyOn(console, 'error').mockImplementation((line: string) => void complaints.push(line));
});
afterEach(() => void vi.restoreAllMocks());
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

async function run(...argv: string[]): Promise<unknown[]> {
  lines.length = 0;
  await replay(['--wire', 'openai-chat', ...argv]);
  return lines.map((line) => JSON.parse(line) as unknown);
}

const events = [
  ': a comment',
  'data: {"choices":[{"delta":{"reasoning_content":"Hm. "}}]}',
  'data: {"choices":[{"delta":{"content":"Grüße 😀"}}]}',
  String.raw`data: {"choices":[{"delta":{"tool_calls":[{"index":0,"id":"c1","function":{"name":"add","arguments":"{\"x\""}}]}}]}`,
  'data: {"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":": 1}"}}]}}]}',
  'data: {"choices":[{"delta":{"tool_calls":[{"index":1,"function":{"name":"now","arguments":""}}]},"finish_reason":"tool_calls"}]}',
  'data: {"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":5,"prompt_tokens_details":{"cached_tokens":4},"completion_tokens_details":{"reasoning_tokens":2}}}',
  'data: [DONE]',
];
const stream = events.join('\r\n\r\n');
const decoded = {
  text: 'Grüße 😀',
  reasoning: 'Hm. ',
  toolCalls: [
    { id: 'c1', name: 'add', arguments: { x: 1 } },
    { id: null, name: 'now', arguments: {} },
  ],
  finishReason: 'tool_calls',
  usage: { input: 9, output: 5, cachedInput: 4, reasoning: 2 },
  error: null,
};

describe('yourcall replay', () => {
  test('decodes a body, however it is cut', async () => {
    const file = write('one.sse', stream);
    expect(await run(file)).toEqual([{ file, ...decoded }]);
    for (let seed = 0; seed < 20; seed += 1)
      expect(await run('--split', String(seed), file)).toEqual([{ file, ...decoded }]);
  });

  test('gives what was not said as null, and what cannot be read too', async () => {
    const message = { content: 'Hi', tool_calls: [{ id: 'c', function: { name: 'a', arguments: '{"x' } }] };
    const file = write('whole.json', JSON.stringify({ choices: [{ message }] }));
    expect(await run(file)).toEqual([
      {
        file,
        text: 'Hi',
        reasoning: '',
        toolCalls: [{ id: 'c', name: 'a', arguments: null }],
        finishReason: null,
        usage: null,
        error: null,
      },
    ]);
  });

  test('takes the status and the body from meta.json, and leaves other protocols out', async () => {
    const meta = (file: string, more = {}): string => JSON.stringify({ file, protocol: 'openai-chat', ...more });
    const first = write('all/b/response.sse', stream);
    write('all/b/meta.json', meta('response.sse', { status: 200 }));
    const refused = write('all/a/error.json', '{"error":{"message":"no key","code":"invalid_api_key"}}');
    write(
      'all/a/meta.json',
      meta('error.json', { status: 401, responseHeaders: { 'content-type': 'application/json' } }),
    );
    write('all/c/response.sse', 'nonsense');
    write('all/c/meta.json', meta('response.sse', { protocol: 'gemini' }));
    const error = { status: 401, code: 'invalid_api_key', message: 'no key' };
    const nothing = { text: '', reasoning: '', toolCalls: [], finishReason: null, usage: null, error };
    expect(await run(join(folder, 'all'))).toEqual([
      { file: refused, ...nothing },
      { file: first, ...decoded },
    ]);
    expect(await run(join(folder, 'all', 'b'), refused)).toHaveLength(2);
  });

  test('tells an error inside the stream, after what came before it', async () => {
    const file = write('broken.sse', `${events[2]}\n\ndata: {"error":{"message":"why","code":502}}\n\n`);
    expect(await run(file)).toMatchObject([{ text: 'Grüße 😀', error: { code: '502', message: 'why' } }]);
  });

  test.each([
    [[], '--wire is missing'],
    [['--wire', 'telegraph', 'a'], 'there is no wire "telegraph"'],
    [['--wire', 'openai-chat'], 'no file is named'],
    [['--wire', 'openai-chat', '--split', 'x', 'a'], '--split takes a whole number'],
    [['--wire', 'openai-chat', '--speed'], "Unknown option '--speed'"],
  ])('says what is wrong with %j', async (argv, sentence) => {
    expect(await replay(argv)).toBe(1);
    expect(complaints.join()).toContain(sentence);
    expect(complaints.join()).toContain('Usage: yourcall replay');
  });

  test('says what it cannot read, and goes on', async () => {
    const file = write('one.sse', stream);
    expect(await replay(['--wire', 'openai-chat', join(folder, 'none.sse'), file])).toBe(1);
    expect(complaints.join()).toContain('none.sse');
    expect(lines).toHaveLength(1);
  });

  test('explains itself', async () => {
    expect(await replay(['--help'])).toBe(0);
    expect(lines.join()).toContain('Wires: openai-chat');
  });
});

test('bytes that were cut are the same bytes, cut the same way by the same seed', () => {
  const bytes = new TextEncoder().encode(stream.repeat(50));
  const pieces = [...cut(bytes, 7)];
  expect(Buffer.concat(pieces).equals(bytes)).toBe(true);
  expect([...cut(bytes, 7)].map(({ length }) => length)).toEqual(pieces.map(({ length }) => length));
  expect([...cut(bytes, 8)].map(({ length }) => length)).not.toEqual(pieces.map(({ length }) => length));
  expect(pieces.some(({ length }) => length === 1)).toBe(true);
});

/** The wires whose recordings are replayed, and what of each is not as `expected.json` says, and why that is right. */
const replayable: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'openai-chat': {
    'pydantic-pydantic-ai--test_openrouter-test_openrouter_stream_error finishReason':
      'after an error nothing is finished',
    'pydantic-pydantic-ai--test_openai-test_compatible_api_with_tool_calls_without_id.1 toolCalls':
      'an empty id is none',
  },
  'openai-responses': {
    'prism-php-prism--openai-stream-rate-limited-1 finishReason': 'after an error nothing is finished',
    'prism-php-prism--openai-stream-unknown-error-responses-1 finishReason': 'after an error nothing is finished',
  },
  'anthropic-messages': {},
  gemini: {},
};

describe.each(Object.entries(replayable))('the recorded answers of %s', (wire, exceptions) => {
  const recordings = fileURLToPath(new URL(`../../../shared/recordings/${wire}`, import.meta.url));
  if (!existsSync(recordings)) {
    console.warn(`NO RECORDINGS at ${recordings}: replay was not proven on real answers.`);
    test('are missing, so nothing is proven here', () => {});
    return;
  }
  test('replay as expected', async () => {
    const replayed = (await run('--wire', wire, '--split', '11', recordings)) as ({ file: string } & typeof decoded)[];
    expect(replayed).toHaveLength(readdirSync(recordings).length);
    const differences = replayed.flatMap(({ file, ...seen }) => {
      const expected = JSON.parse(readFileSync(join(dirname(file), 'expected.json'), 'utf8')) as Expected;
      const name = dirname(file).slice(recordings.length + 1);
      const wanted = wantedOf(expected);
      return Object.entries(comparable(seen))
        .filter(([field]) => !expected.ambiguous?.includes(field) && !(`${name} ${field}` in exceptions))
        .filter(([field, value]) => JSON.stringify(value) !== JSON.stringify(wanted[field]))
        .map(([field, value]) => ({ name, field, value, wanted: wanted[field] }));
    });
    expect(differences).toEqual([]);
  });
});

interface Expected extends Omit<typeof decoded, 'error' | 'usage'> {
  readonly usage: Readonly<Record<string, number>> | null;
  readonly error?: { readonly status?: number; readonly message: string };
  readonly ambiguous?: readonly string[];
}

function wantedOf({ text, reasoning, toolCalls, finishReason, usage, error }: Expected): Record<string, unknown> {
  const names = ['input', 'output', 'cachedInput', 'reasoning'];
  return comparable({
    text,
    reasoning,
    toolCalls: toolCalls.map(({ id, name, arguments: input }) => ({ id: id ?? null, name, arguments: input })),
    finishReason,
    usage: usage && Object.fromEntries(names.filter((name) => name in usage).map((name) => [name, usage[name]])),
    error: error ?? null,
  });
}

/** White space in reasoning may differ; of an error the status counts. */
function comparable(seen: Record<string, unknown>): Record<string, unknown> {
  const error = seen['error'] as { status?: number } | null;
  const reasoning = String(seen['reasoning']).replace(/\s+/g, ' ').trim();
  return { ...seen, reasoning, error: error && (error.status ?? 'inside the stream') };
}
