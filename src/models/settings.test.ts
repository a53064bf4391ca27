import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { Model, ModelEvent, Settings } from '../chat/model.ts';
import type { Fetch } from '../wire/http.ts';
import { anthropic } from './anthropic/index.ts';
import { compatible } from './compatible/index.ts';
import { presets } from './compatible/presets.ts';
import type { PresetName } from './compatible/presets.ts';
import { google } from './google/index.ts';
import { ollama } from './ollama/index.ts';
import { openai } from './openai/index.ts';

/** What each setting may say; a new setting does not compile until it stands here. */
const values: { readonly [Name in keyof Required<Settings>]: readonly Settings[Name][] } = {
  temperature: [0.5],
  maxOutputTokens: [9],
  topP: [0.9],
  topK: [3],
  stop: [['x']],
  seed: [7],
  presencePenalty: [0.1],
  frequencyPenalty: [0.2],
  reasoning: ['off', 'low', 'medium', 'high', { budget: 1024 }],
  toolChoice: ['auto', 'none', 'required', { tool: 'add' }],
  parallelToolCalls: [false],
  cache: [true, false],
  providerOptions: [
    {
      openai: { store: true },
      anthropic: { metadata: {} },
      google: { store: true },
      ...Object.fromEntries(names().map((name) => [name, { store: true }])),
    },
  ],
  headers: [{ 'x-own': '1' }],
};

function names(): PresetName[] {
  // They are the keys of a record by these names.
  return Object.keys(presets) as PresetName[];
}

type Maker = (fetch: Fetch) => Model;

const openaiChat: Maker = (fetch) => openai.chat('m', { apiKey: 'k', fetch });

/** One model of each family of Anthropic's. */
const claudes = [
  'claude-opus-4-8',
  'claude-opus-5',
  'claude-sonnet-5',
  'claude-haiku-5-5',
  'claude-fable-5',
  'claude-fable-5-1',
  'claude-opus-5-5',
  'claude-sonnet-5-5',
  'claude-opus-4-6',
  'claude-haiku-4-5',
];

/** The models of each wire, by the name of its table in docs/wires.md. */
const wires: Readonly<Record<string, Readonly<Record<string, Maker>>>> = {
  'chat completions': {
    'openai.chat': openaiChat,
    ...Object.fromEntries(
      names().map((provider) => [
        provider,
        (fetch: Fetch) => compatible({ provider, baseURL: 'http://server', model: 'm', apiKey: 'k', fetch }),
      ]),
    ),
  },
  responses: {
    openai: (fetch) => openai('gpt-5', { apiKey: 'k', fetch }),
    'openai, a model that does not think': (fetch) => openai('gpt-4o', { apiKey: 'k', fetch }),
    'compatible.responses': (fetch) => compatible.responses({ provider: 'xai', model: 'm', apiKey: 'k', fetch }),
  },
  'anthropic messages': Object.fromEntries(
    claudes.map((model) => [model, (fetch: Fetch) => anthropic(model, { apiKey: 'k', fetch })]),
  ),
  gemini: {
    google: (fetch) => google('gemini-3.1-pro-preview', { apiKey: 'k', fetch }),
    'Gemini 3 Flash': (fetch) => google('gemini-3-flash-preview', { apiKey: 'k', fetch }),
    'Gemini 2.5 Flash': (fetch) => google('gemini-2.5-flash', { apiKey: 'k', fetch }),
    'Gemini 2.5 Pro': (fetch) => google('gemini-2.5-pro', { apiKey: 'k', fetch }),
    'Gemini 2.0': (fetch) => google('gemini-2.0-flash', { apiKey: 'k', fetch }),
  },
  ollama: { 'ollama, its own wire': (fetch) => ollama('m', { apiKey: 'k', fetch }) },
};

/** What a wire does by itself, so that neither the request nor a warning tells of it. */
const natural: Readonly<Record<string, readonly string[]>> = {
  'ollama, its own wire': ['toolChoice: "auto"'],
};

interface Asked {
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly warnings: readonly (string | undefined)[];
}

async function ask(make: (fetch: Fetch) => Model, settings: Settings): Promise<Asked> {
  let body: Asked['body'] = {};
  let headers: Asked['headers'] = {};
  const model = make(async (_url, init) => {
    body = JSON.parse(String(init.body)) as Asked['body'];
    headers = init.headers;
    return new Response('');
  });
  const tools = [{ name: 'add', description: 'Adds.', inputSchema: { type: 'object' } }];
  const { signal } = new AbortController();
  const events: ModelEvent[] = [];
  for await (const batch of model.stream({ messages: [], tools, settings, signal, kept: new Map() })) {
    events.push(...('type' in batch ? [batch] : batch));
  }
  const warnings = events.flatMap((event) => (event.type === 'warning' ? (event.setting ?? []) : []));
  return { body, headers, warnings };
}

/** Where one value of a setting is found: members of the body, a header, a warning. */
async function placesOf(make: (fetch: Fetch) => Model, name: string, value: unknown): Promise<string[]> {
  const [without, withIt] = await Promise.all([ask(make, {}), ask(make, { [name]: value })]);
  const added = (kind: 'body' | 'headers'): string[] =>
    Object.keys(withIt[kind]).filter((key) => JSON.stringify(withIt[kind][key]) !== JSON.stringify(without[kind][key]));
  return [
    ...added('body').flatMap((key) => membersOf(key, withIt.body[key]).map((member) => `\`${member}\``)),
    ...Object.keys(without.body)
      .filter((key) => !Object.hasOwn(withIt.body, key))
      .map((key) => `without \`${key}\``),
    ...added('headers').map(() => 'a header'),
    ...withIt.warnings.map((setting) => (setting === name ? 'warning' : `a warning of ${setting}`)),
  ];
}

/** Members that hold settings themselves. */
const nested = ['options', 'generationConfig', 'toolConfig'];

function membersOf(key: string, value: unknown): readonly string[] {
  return nested.includes(key) ? Object.keys(value as object).map((member) => `${key}.${member}`) : [key];
}

const rows = Object.entries(values).flatMap(([name, all]) =>
  all.map((value) => ({ name, value, title: all.length > 1 ? `${name}: ${JSON.stringify(value)}` : name })),
);

describe('each setting is found in the request or as a warning, never neither (P1)', () => {
  for (const [model, make] of Object.values(wires).flatMap((makers) => Object.entries(makers))) {
    test(`by ${model}`, async () => {
      for (const { name, value, title } of rows) {
        const places = await placesOf(make, name, value);
        const isNatural = natural[model]?.includes(title) === true;
        expect([title, places.length > 0]).toEqual([title, !isNatural]);
        expect(places.join()).not.toContain('a warning of');
      }
      expect((await ask(make, {})).warnings).toEqual([]);
    });
  }

  test('but a choice among no tools is warned of only where a call was demanded', async () => {
    const warned = async (settings: Settings): Promise<unknown> => {
      const model = openai.chat('m', { apiKey: 'k', fetch: async () => new Response('data: [DONE]\n\n') });
      const { signal } = new AbortController();
      const events = model.stream({ messages: [], tools: [], settings, signal, kept: new Map() });
      for await (const batch of events) return 'type' in batch ? batch : batch[0];
      return undefined;
    };
    expect(await warned({ toolChoice: 'required' })).toMatchObject({ type: 'warning', setting: 'toolChoice' });
    expect(await warned({ toolChoice: { tool: 'add' } })).toMatchObject({ type: 'warning', setting: 'toolChoice' });
    expect(await warned({ toolChoice: 'none', parallelToolCalls: false })).toMatchObject({ type: 'finish' });
  });

  test('and over Responses nothing that lies at the provider is drawn in', async () => {
    const make: Maker = (fetch) => openai('gpt-5', { apiKey: 'k', fetch });
    const taken = { model: 'x', input: [], stream: false, previous_response_id: 'r', conversation: 'c' };
    const asked = await ask(make, { providerOptions: { openai: { ...taken, truncation: 'auto' } } });
    expect(asked.warnings).toEqual(Array.from({ length: 5 }, () => 'providerOptions'));
    expect(asked.body).toMatchObject({ model: 'gpt-5', input: [], stream: true, store: false, truncation: 'auto' });
    expect(asked.body).not.toHaveProperty('previous_response_id');
    expect(asked.body).not.toHaveProperty('conversation');
  });

  test('and options that are not up to the provider are warned of', async () => {
    const asked = await ask(openaiChat, {
      providerOptions: { openai: { model: 'x', messages: [], stream: false, store: true, tools: [{ type: 'own' }] } },
    });
    expect(asked.warnings).toEqual(['providerOptions', 'providerOptions', 'providerOptions']);
    expect(asked.body).toMatchObject({ model: 'm', stream: true, store: true });
    expect(asked.body['tools']).toHaveLength(2);
  });
});

test('docs/wires.md has the tables of settings as they are', async () => {
  const file = fileURLToPath(new URL('../../docs/wires.md', import.meta.url));
  const doc = existsSync(file) ? readFileSync(file, 'utf8') : '';
  let wanted = doc;
  for (const [wire, makers] of Object.entries(wires)) {
    expect(doc).toContain(`<!-- settings: ${wire} -->`);
    const place = new RegExp(`(<!-- settings: ${wire} -->\n)[^]*?(<!-- end of settings -->)`);
    const lines = await table(makers);
    wanted = wanted.replace(place, (_, begin, end) => `${begin}${lines}${end}`);
  }
  // `WRITE_DOCS=1 npx vitest run src/models/settings.test.ts` writes it.
  if (process.env['WRITE_DOCS']) writeFileSync(file, wanted);
  else expect(doc).toBe(wanted);
  expect(wanted).toContain('`max_completion_tokens`');
});

/** One line for each setting: what most do, and who differs. */
async function table(makers: Readonly<Record<string, Maker>>): Promise<string> {
  const isAlone = Object.keys(makers).length === 1;
  const lines = isAlone ? ['| setting | sent as |', '|---|---|'] : ['| setting | sent as | but |', '|---|---|---|'];
  for (const { name, value, title } of rows) {
    const byPlace = new Map<string, string[]>();
    for (const [model, make] of Object.entries(makers)) {
      const place = (await placesOf(make, name, value)).join(', ') || 'not sent: it does so anyway';
      byPlace.set(place, [...(byPlace.get(place) ?? []), model]);
    }
    const [[usual = ''] = [], ...others] = [...byPlace].toSorted(([, a], [, b]) => b.length - a.length);
    const but = others.map(([place, models]) => `${models.join(', ')}: ${place}`).join('; ');
    const word = title.replace(
      /^(\w+)(: )?(.*)$/,
      (_, setting, colon, rest) => `\`${setting}\`${colon ? ` ${rest}` : ''}`,
    );
    lines.push(isAlone ? `| ${word} | ${usual} |` : `| ${word} | ${usual} | ${but} |`);
  }
  return `${lines.join('\n')}\n`;
}
