// docs/providers.md is made of the data that the program uses, and of what each provider's model does with a request.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Model, ModelEvent, ModelRequest } from '../src/chat/model.ts';
import { ChatError } from '../src/conversation/error.ts';
import type { Message } from '../src/conversation/message.ts';
import type { Part } from '../src/conversation/part.ts';
import { presets } from '../src/models/compatible/index.ts';
import type { Preset, Quirks } from '../src/models/compatible/index.ts';
import { modelFromName } from '../src/models/default/model-from-name.ts';
import { providers } from '../src/models/default/providers.ts';
import type { Provider } from '../src/models/default/providers.ts';

const page = fileURLToPath(new URL('../docs/providers.md', import.meta.url));
const recordings = fileURLToPath(new URL('../../shared/recordings', import.meta.url));
const rows = Object.entries(providers).toSorted(([a], [b]) => (a < b ? -1 : 1));

let asked: { readonly url: string; readonly body: Readonly<Record<string, unknown>> }[] = [];

beforeEach(() => {
  for (const { keyVariable } of Object.values(providers)) if (keyVariable) vi.stubEnv(keyVariable, 'key');
  vi.stubEnv('AZURE_OPENAI_ENDPOINT', 'https://mine.openai.azure.com');
  vi.stubGlobal('fetch', async (url: string, { body }: { body: string | Uint8Array }) => {
    const text = typeof body === 'string' ? body : new TextDecoder().decode(body);
    asked.push({ url, body: JSON.parse(text) as Readonly<Record<string, unknown>> });
    return new Response('');
  });
});

afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  asked = [];
});

/** What a model makes of a request: the body, its warnings, or that it refuses. */
async function ask(model: Model, request: Partial<ModelRequest>) {
  const { signal } = new AbortController();
  const events: ModelEvent[] = [];
  try {
    const whole = { messages: [], tools: [], settings: {}, signal, kept: new Map(), ...request };
    for await (const batch of model.stream(whole)) events.push(...('type' in batch ? [batch] : batch));
  } catch (error) {
    if (error instanceof ChatError && error.code === 'unsupported') return 'refused';
    throw error;
  }
  const { body = {} } = asked.at(-1) ?? {};
  return { body, text: JSON.stringify(body), warnings: events.filter(({ type }) => type === 'warning') };
}

describe('docs/providers.md', () => {
  test('has the tables of providers as they are', async () => {
    const works: (readonly string[])[] = [];
    // One after the other: each looks at the last request.
    for (const [name, provider] of rows) works.push(await capabilitiesOf(name, provider));
    await checkTable('providers', ['provider', 'wire', 'by name', 'key', 'address'], rows.map(rowOf));
    await checkTable('what works', ['provider', ...Object.keys(capabilities)], works);
    await checkTable('differences', ['provider', 'what is different'], rows.map(differenceOf));
  });

  test('names the wire over which a provider is asked by its name', async () => {
    for (const [name, { wire, example }] of rows) {
      await ask(modelFromName(`${name}/${example}`), {});
      expect([name, new URL(asked.at(-1)!.url).pathname]).toEqual([name, expect.stringMatching(paths[wire]!)]);
    }
  });

  test.skipIf(!existsSync(recordings))('has what was proven of each', async () => {
    await checkTable('recorded', ['provider', 'wire', 'answers', 'with'], recorded());
  });
});

/** Where each wire asks. */
const paths: Readonly<Record<string, RegExp>> = {
  'Anthropic Messages': /\/v1\/messages$/,
  'Chat Completions': /\/chat\/completions$/,
  Gemini: /:streamGenerateContent$/,
  Ollama: /\/api\/chat$/,
  Responses: /\/responses$/,
};

/** Compares a table of the page, or writes it: `WRITE_DOCS=1 npx vitest run test/providers.test.ts`. */
async function checkTable(name: string, head: readonly string[], lines: readonly (readonly string[])[]): Promise<void> {
  const text = readFileSync(page, 'utf8');
  const place = new RegExp(`(<!-- ${name} -->\n)[^]*?(<!-- end of ${name} -->)`);
  expect(text).toMatch(place);
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  const table = row(head) + `|${'---|'.repeat(head.length)}\n` + lines.map(row).join('');
  const wanted = text.replace(place, (_, begin, end) => `${begin}${table}${end}`);
  expect(lines.length).toBeGreaterThan(3);
  if (process.env['WRITE_DOCS']) writeFileSync(page, wanted);
  else expect(text).toBe(wanted);
}

function rowOf([name, { wire, keyVariable, keyIsOptional, baseURL, example }]: [string, Provider]): readonly string[] {
  const key = keyVariable === undefined ? 'none' : `\`${keyVariable}\``;
  return [name, wire, `\`${name}/${example}\``, keyIsOptional ? `(${key})` : key, `\`${baseURL}\``];
}

const tool = { name: 'add', description: 'Adds.', inputSchema: { type: 'object' } };

const base64 = { type: 'base64', data: 'AAAA' } as const;

function shown(mediaType: string, source: Extract<Part, { type: 'file' }>['source']): readonly Message[] {
  return [{ id: 'm', role: 'user', at: 0, parts: [{ type: 'file', mediaType, source }] }];
}

/** What is tried of each provider, and what the table says of it. */
const capabilities: Readonly<Record<string, (model: Model) => Promise<string>>> = {
  tools: async (model) => {
    const answer = await ask(model, { tools: [tool] });
    return answer !== 'refused' && answer.text.includes('"add"') ? 'yes' : 'warning';
  },
  'a call demanded': async (model) => warned(await ask(model, { tools: [tool], settings: { toolChoice: 'required' } })),
  thinking: async (model) => {
    const without = await ask(model, {});
    const withIt = await ask(model, { settings: { reasoning: 'high' } });
    if (without === 'refused' || withIt === 'refused') return 'refused';
    const members = Object.keys(withIt.body).filter((key) => !Object.hasOwn(without.body, key));
    const told = withIt.warnings.length > 0 ? ['warning'] : [];
    return [...members.map((member) => `\`${member}\``), ...told].join(', ');
  },
  'image by URL': async (model) =>
    warned(await ask(model, { messages: shown('image/png', { type: 'url', url: 'https://a/b' }) })),
  'image in base64': async (model) => warned(await ask(model, { messages: shown('image/png', base64) })),
  PDF: async (model) => warned(await ask(model, { messages: shown('application/pdf', base64) })),
  'image in a result': async (model) => {
    const content = [{ type: 'file', mediaType: 'image/png', source: base64 } as const];
    const call = {
      id: 'c',
      name: 'add',
      arguments: '{}',
      revision: 1,
      state: 'completed',
      output: null,
      content,
    } as const;
    const answer = await ask(model, {
      messages: [{ id: 'm', role: 'assistant', at: 0, parts: [{ type: 'tool', call }] }],
    });
    return answer === 'refused' || answer.warnings.length === 0 ? warned(answer) : 'follows, with a warning';
  },
  'structured output': async ({ capabilities: { output } = {} }) =>
    output === undefined ? 'by a tool' : output === 'always' ? 'native' : 'native without tools, else by a tool',
};

function warned(answer: Awaited<ReturnType<typeof ask>>): string {
  if (answer === 'refused') return 'refused';
  return answer.warnings.length > 0 ? 'warning' : 'yes';
}

async function capabilitiesOf(name: string, provider: Provider): Promise<readonly string[]> {
  const model = provider.model(provider.example, {});
  const cells = [name];
  for (const tried of Object.values(capabilities)) cells.push(await tried(model));
  return cells;
}

/** Each quirk in words; a new quirk does not compile until it stands here. */
const words: { readonly [Name in keyof Required<Quirks>]: (value: NonNullable<Quirks[Name]>) => string } = {
  maxTokens: (name) => `the output limit is \`${name}\``,
  seed: (name) => `the seed is \`${name}\``,
  topK: () => 'takes `topK`',
  reasoning: (how) =>
    `thinking is asked for by ${({ effort: '`reasoning_effort`', object: '`reasoning`', switch: 'a switch, on or off', 'switch-and-effort': 'a switch and an effort', none: 'nothing' } as const)[how]}`,
  toolChoice: (only) => `\`toolChoice\` can only be ${only.replaceAll('-', ' ')}`,
  noTools: () => 'has no tools, and is told in words of calls that other models made',
  alternates: () => 'users and assistants take turns, so neighbours are joined',
  unknownSettings: (names) => `does not take ${names.map((name) => `\`${name}\``).join(', ')}`,
  reasoningBack: (name) => `thinking goes back before the calls that followed it, as \`${name}\``,
  streamOptions: () => 'reports usage unasked',
  callIds: () => 'ids of calls have nine letters and digits',
  brokenArguments: () => 'half arguments go back as they came',
  imagesInResults: () => 'a tool may show images',
  // It has a column of its own.
  output: () => '',
  userAtEnds: () =>
    'the user says “Please go on.” behind an answer that was cut, and speaks before an assistant that begins',
  noUserAfterTool: () => 'the assistant says OK between a tool and a user',
};

/** What is no quirk of a request. */
const notes: Readonly<Record<string, string>> = {
  anthropic: 'its own wire: see [Anthropic Messages](wires.md#anthropic-messages)',
  azure:
    "the model is the name of your deployment; for models of Foundry that are not OpenAI's give `baseURL`: `https://NAME.services.ai.azure.com/models?api-version=2024-05-01-preview`",
  google: 'its own wire: see [Gemini](wires.md#gemini). Vertex AI by `baseURL` and a token',
  huggingface: 'hands the request to another provider; `model:provider` says to whom',
  litellm: 'hands the request to another provider, and refuses settings that this one does not take',
  ollama:
    "its own wire: see [Ollama](wires.md#ollama). `compatible({ provider: 'ollama', model })` asks the same server over Chat Completions. The cloud is `https://ollama.com`",
  openai: 'asked over [Responses](wires.md#responses); `openai.chat(model)` asks the same models over Chat Completions',
  openrouter: 'hands the request to another provider',
  perplexity: 'searches the web for each answer and tells what it found as sources',
  together: 'only some models take tools',
  xai: 'models that think refuse `stop` and the penalties; tokens of thought are counted beside the output, and added here',
};

function differenceOf([name, { keyHeaders }]: [string, Provider]): readonly string[] {
  const preset: Preset | undefined = (presets as Readonly<Record<string, Preset>>)[name];
  const quirks = name === 'ollama' ? {} : preset?.quirks;
  const told = Object.entries(quirks ?? {}).map(([quirk, value]) => {
    // The entries of a record are its keys and their values.
    return (words[quirk as keyof Quirks] as (value: unknown) => string)(value);
  });
  const [header] = name === 'ollama' ? [] : Object.keys(keyHeaders?.('') ?? {});
  const all = [...(header === undefined ? [] : [`the key goes in \`${header}\``]), ...told, notes[name] ?? []].flat();
  return [name, all.filter((one) => one !== '').join('; ') || 'as OpenAI has it'];
}

interface Recorded {
  readonly provider: string;
  readonly protocol: string;
  readonly dir: string;
}

/** Their words for our providers. */
const known: Readonly<Record<string, string>> = {
  'huggingface-router': 'huggingface',
  'ollama-cloud': 'ollama',
  'google-vertex': 'google',
};
const wires: Readonly<Record<string, string>> = {
  'openai-chat': 'Chat Completions',
  'openai-responses': 'Responses',
  'anthropic-messages': 'Anthropic Messages',
  gemini: 'Gemini',
  'ollama-native': 'Ollama',
};

function recorded(): readonly (readonly string[])[] {
  const all = JSON.parse(readFileSync(`${recordings}/manifest.json`, 'utf8')) as readonly Recorded[];
  const groups = new Map<string, { count: number; seen: Set<string> }>();
  for (const { provider, protocol, dir } of all) {
    const name = known[provider] ?? provider;
    const wire = wires[protocol];
    if (wire === undefined || !Object.hasOwn(providers, name)) continue;
    const key = `${name} | ${wire}`;
    const group = groups.get(key) ?? { count: 0, seen: new Set() };
    groups.set(key, group);
    group.count += 1;
    for (const one of contentsOf(`${recordings}/${dir}`)) group.seen.add(one);
  }
  return [...groups]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, { count, seen }]) => [
      ...key.split(' | '),
      `${count}`,
      order.filter((one) => seen.has(one)).join(', '),
    ]);
}

const order = ['text', 'thinking', 'calls', 'sources', 'usage', 'errors'];

function* contentsOf(folder: string): Generator<string> {
  const expected = JSON.parse(readFileSync(`${folder}/expected.json`, 'utf8')) as {
    readonly text: string;
    readonly reasoning: string;
    readonly toolCalls: readonly unknown[];
    readonly error?: unknown;
    readonly extra: { readonly rawUsage?: unknown; readonly citationCount?: number };
  };
  if (expected.error) return yield 'errors';
  if (expected.text !== '') yield 'text';
  if (expected.reasoning !== '') yield 'thinking';
  if (expected.toolCalls.length > 0) yield 'calls';
  if (expected.extra.citationCount) yield 'sources';
  if (expected.extra.rawUsage) yield 'usage';
}
