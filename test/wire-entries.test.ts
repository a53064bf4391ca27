// What a user pays for the import of a wire beside the root entry, and that a bundler takes the rest along. Looks at
// dist, so build first.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly exports: Readonly<Record<string, { readonly default: string }>>;
};

const wires: Readonly<Record<string, { readonly make: string; readonly answer: string }>> = {
  openai: {
    make: "openai('m', options)",
    answer: sse(
      { type: 'response.output_text.delta', output_index: 0, content_index: 0, delta: 'Hi.' },
      { type: 'response.completed', response: { id: 'r', model: 'm', status: 'completed', output: [] } },
    ),
  },
  anthropic: {
    make: "anthropic('m', options)",
    answer: sse(
      { type: 'message_start', message: { id: 'm', model: 'm', content: [], usage: {} } },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: 'Hi.' } },
      { type: 'content_block_stop', index: 0 },
      { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: {} },
      { type: 'message_stop' },
    ),
  },
  google: {
    make: "google('m', options)",
    answer: sse({ candidates: [{ content: { role: 'model', parts: [{ text: 'Hi.' }] }, finishReason: 'STOP' }] }),
  },
  ollama: {
    make: "ollama('m', options)",
    answer: JSON.stringify({ message: { role: 'assistant', content: 'Hi.' }, done: true, done_reason: 'stop' }),
  },
  compatible: {
    make: "compatible({ ...options, provider: 'mine', baseURL: 'http://mine', model: 'm' })",
    answer: sse({ choices: [{ index: 0, delta: { content: 'Hi.' }, finish_reason: 'stop' }] }),
  },
};

describe.each(Object.entries(wires))('the entry of %s', (name, { make, answer }) => {
  it('weighs at most 8 KiB beside the root entry, minified and gzipped, without what comes with the first model', async () => {
    const code = ['.', `./${name}`].map((entry, i) => `export * as entry${i} from ${fileOf(entry)};`).join('\n');
    const alone = await weigh(`export * as entry0 from ${fileOf('.')};`);
    const { atOnce, all } = await weigh(code);
    console.log(`${name}: ${atOnce - alone.atOnce} bytes at once, ${all - alone.all} with the first call`);
    expect(atOnce - alone.atOnce).toBeGreaterThan(500);
    expect(atOnce - alone.atOnce).toBeLessThanOrEqual(8 * 1024);
    // What is not there at once is somewhere.
    expect(all - alone.all).toBeGreaterThan(8 * 1024);
  });

  it.each([true, false])('answers from a bundle, split: %s', async (codeSplitting) => {
    const folder = mkdtempSync(join(tmpdir(), 'yourcall-bundle-'));
    const bundle = await bundleOf(
      `import { Conversation, createChat } from ${fileOf('.')};
      import { ${name} } from ${fileOf(`./${name}`)};
      export async function talk(fetch) {
        const options = { apiKey: 'key', fetch };
        const conversation = new Conversation();
        conversation.say('Hello');
        let text = '';
        for await (const event of createChat({ model: ${make} }).stream(conversation)) {
          if (event.type === 'text') text += event.delta;
        }
        return text;
      }`,
    );
    const { output } = await bundle.write({ dir: folder, format: 'esm', minify: true, codeSplitting });
    await bundle.close();
    const chunks = output.filter((one) => one.type === 'chunk');
    const entry = chunks.find(({ isEntry }) => isEntry)!;
    // What nobody here calls, such as `toResponse`, leaves an empty file of what it would load, which nothing leads to.
    const isAlone = chunks.every((one) => one === entry || !entry.code.includes(one.fileName));
    expect(isAlone).toBe(!codeSplitting);
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    const file = pathToFileURL(join(folder, entry.fileName)).href;
    const { talk } = (await import(/* @vite-ignore */ file)) as { talk(fetch: unknown): Promise<string> };
    expect(await talk(async () => new Response(answer))).toBe('Hi.');
    rmSync(folder, { recursive: true });
  });
});

function sse(...events: readonly object[]): string {
  return events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');
}

/** The file of an entry, as a string of JavaScript. */
function fileOf(entry: string): string {
  return JSON.stringify(join(root, exports[entry]!.default));
}

/** Bytes of what this code loads at once, and of all that it may load. */
async function weigh(code: string): Promise<{ readonly atOnce: number; readonly all: number }> {
  const bundle = await bundleOf(code);
  const { output } = await bundle.generate({ minify: true });
  await bundle.close();
  const chunks = output.filter((file) => file.type === 'chunk');
  const atOnce = new Set(chunks.filter(({ isEntry }) => isEntry));
  for (const { imports } of atOnce) for (const one of chunks) if (imports.includes(one.fileName)) atOnce.add(one);
  const bytes = (some: Iterable<{ readonly code: string }>): number =>
    gzipSync([...some].map((one) => one.code).join('')).length;
  return { atOnce: bytes(atOnce), all: bytes(chunks) };
}

function bundleOf(code: string) {
  const main = 'main.js';
  return rolldown({
    input: main,
    plugins: [
      {
        name: 'main',
        resolveId: (id) => (id === main ? id : undefined),
        load: (id) => (id === main ? code : undefined),
      },
    ],
  });
}
