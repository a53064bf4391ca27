import { parseArgs } from 'node:util';
import type { Model, ModelEvent } from '../chat/model.ts';
import { ChatError } from '../conversation/error.ts';
import { isObject } from '../conversation/json.ts';
import type { Json } from '../conversation/json.ts';
import { anthropicMessages } from '../models/anthropic/index.ts';
import { generateContent } from '../models/google/model.ts';
import { ollama } from '../models/ollama/index.ts';
import { chatCompletions } from '../models/openai/chat/index.ts';
import { responses } from '../models/openai/responses/index.ts';
import type { Fetch } from '../wire/http.ts';
import { cut, readRecording, recordingsAt } from './recording.ts';
import type { Recording } from './recording.ts';
import { messageOf } from './sentence.ts';

/** What a recorded response says, with the provider's own words and numbers. */
interface Replayed {
  file: string;
  text: string;
  reasoning: string;
  toolCalls: { id: string | null; name: string; arguments: Json }[];
  finishReason: string | null;
  usage: RawUsage | null;
  error: { status?: number; code?: string; message: string } | null;
}

/** Tokens as the provider counted them; what it did not report is absent. */
interface RawUsage {
  input?: number;
  output?: number;
  cachedInput?: number;
  reasoning?: number;
}

/** A wire whose recordings can be decoded. */
interface Wire {
  /** Its model over this `fetch`, by the name `recorded`. */
  model(fetch: Fetch): Model;
  usage(raw: Readonly<Record<string, unknown>>): RawUsage;
}

const wires: Readonly<Record<string, Wire>> = {
  'openai-chat': {
    model: (fetch) => chatCompletions({ provider: 'recorded', model: 'recorded', baseURL: 'http://recorded', fetch }),
    usage: chatUsage,
  },
  'openai-responses': {
    model: (fetch) => responses({ provider: 'recorded', model: 'recorded', baseURL: 'http://recorded', fetch }),
    usage: responsesUsage,
  },
  'anthropic-messages': {
    model: (fetch) => anthropicMessages({ provider: 'recorded', model: 'recorded', baseURL: 'http://recorded', fetch }),
    usage: messagesUsage,
  },
  gemini: {
    model: (fetch) => generateContent('recorded', { apiKey: 'no key', baseURL: 'http://recorded', fetch }),
    usage: geminiUsage,
  },
  'ollama-native': {
    model: (fetch) => ollama('recorded', { baseURL: 'http://recorded', fetch }),
    usage: (raw) => counted({ input: raw['prompt_eval_count'], output: raw['eval_count'] }),
  },
};

/** `yourcall replay`: gives its exit code, 1 when something could not be read. */
export async function replay(argv: readonly string[]): Promise<number> {
  let options;
  try {
    options = optionsOf(argv);
  } catch (error) {
    console.error(`yourcall replay: ${messageOf(error)}.\n\n${replayUsage}`);
    return 1;
  }
  if (options === 'help') {
    console.log(replayUsage);
    return 0;
  }
  let exitCode = 0;
  for (const path of options.paths) {
    try {
      for (const file of recordingsAt(path, options.name)) {
        console.log(JSON.stringify(await decode(readRecording(file), options.wire, options.seed)));
      }
    } catch (error) {
      console.error(`yourcall replay: ${messageOf(error)}.`);
      exitCode = 1;
    }
  }
  return exitCode;
}

const replayUsage = `Usage: yourcall replay --wire WIRE [--split SEED] FILE...

Decodes recorded responses as a chat would, one line of JSON each. FILE is the body of a response, a folder with a
recording (a meta.json names its body), or a folder of such folders. --split cuts the bytes at places that the seed, a
number, decides. Wires: ${Object.keys(wires).join(', ')}.`;

interface ReplayOptions {
  readonly name: string;
  readonly wire: Wire;
  readonly seed: number | undefined;
  readonly paths: readonly string[];
}

function optionsOf(argv: readonly string[]): ReplayOptions | 'help' {
  const known = { wire: { type: 'string' }, split: { type: 'string' }, help: { type: 'boolean', short: 'h' } } as const;
  const { values, positionals: paths } = parseArgs({ args: [...argv], options: known, allowPositionals: true });
  if (values.help) return 'help';
  const name = values.wire ?? '';
  const wire = Object.hasOwn(wires, name) ? wires[name] : undefined;
  if (!wire) throw new Error(name === '' ? '--wire is missing' : `there is no wire ${JSON.stringify(name)}`);
  const seed = values.split === undefined ? undefined : Number(values.split);
  if (seed !== undefined && !Number.isSafeInteger(seed)) throw new Error('--split takes a whole number');
  if (paths.length === 0) throw new Error('no file is named');
  return { name, wire, seed, paths };
}

async function decode(recording: Recording, wire: Wire, seed: number | undefined): Promise<Replayed> {
  const { file } = recording;
  const replayed: Replayed = {
    file,
    text: '',
    reasoning: '',
    toolCalls: [],
    finishReason: null,
    usage: null,
    error: null,
  };
  const model = wire.model(async () => responseOf(recording, seed));
  const { signal } = new AbortController();
  try {
    for await (const batch of model.stream({ messages: [], tools: [], settings: {}, signal, kept: new Map() })) {
      for (const event of 'type' in batch ? [batch] : batch) look(event, replayed, wire);
    }
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
    replayed.error = told(error);
  }
  return replayed;
}

function responseOf({ status, contentType, body }: Recording, seed: number | undefined): Response {
  const headers = { ...(contentType !== undefined && { 'content-type': contentType }) };
  const pieces = seed === undefined ? [body].values() : cut(body, seed);
  const stream = new ReadableStream({
    pull(controller) {
      const { value, done } = pieces.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
  return new Response(stream, { status, headers });
}

function look(event: ModelEvent, replayed: Replayed, wire: Wire): void {
  switch (event.type) {
    case 'text':
      replayed.text += event.delta;
      return;
    case 'reasoning':
      replayed.reasoning += event.delta;
      return;
    case 'call':
      if (event.providerExecuted) return;
      replayed.toolCalls.push({ id: event.id ?? null, name: event.name, arguments: parsed(event.arguments) });
      return;
    case 'usage':
      replayed.usage = isObject(event.usage.raw) ? wire.usage(event.usage.raw) : null;
      return;
    case 'finish':
      replayed.finishReason = event.raw ?? null;
      return;
    case 'reset':
      Object.assign(replayed, { text: '', reasoning: '', toolCalls: [], usage: null });
      return;
    case 'tool-input':
    case 'part':
    case 'result':
    case 'warning':
      return;
  }
}

/** Blank arguments are an empty object, and what is not JSON is null. */
function parsed(text: string): Json {
  try {
    return text.trim() === '' ? {} : (JSON.parse(text) as Json);
  } catch {
    return null;
  }
}

/** The provider's words, without ours around them. */
function told({ status, providerCode, message }: ChatError): NonNullable<Replayed['error']> {
  return {
    ...(status !== undefined && { status }),
    ...(providerCode !== undefined && { code: providerCode }),
    message: message.replace(/^Asking \w+\/recorded(: | )/, '').replace(/ \(HTTP \d+\)$/, ''),
  };
}

function chatUsage(raw: Readonly<Record<string, unknown>>): RawUsage {
  const input = isObject(raw['prompt_tokens_details']) ? raw['prompt_tokens_details'] : {};
  const output = isObject(raw['completion_tokens_details']) ? raw['completion_tokens_details'] : {};
  return counted({
    input: raw['prompt_tokens'],
    output: raw['completion_tokens'],
    cachedInput:
      input['cached_tokens'] ?? raw['prompt_cache_hit_tokens'] ?? raw['num_cached_tokens'] ?? raw['cached_tokens'],
    reasoning: output['reasoning_tokens'] ?? raw['reasoning_tokens'],
  });
}

function responsesUsage(raw: Readonly<Record<string, unknown>>): RawUsage {
  const input = isObject(raw['input_tokens_details']) ? raw['input_tokens_details'] : {};
  const output = isObject(raw['output_tokens_details']) ? raw['output_tokens_details'] : {};
  return counted({
    input: raw['input_tokens'],
    output: raw['output_tokens'],
    cachedInput: input['cached_tokens'],
    reasoning: output['reasoning_tokens'],
  });
}

function messagesUsage(raw: Readonly<Record<string, unknown>>): RawUsage {
  const details = isObject(raw['output_tokens_details']) ? raw['output_tokens_details'] : {};
  return counted({
    input: raw['input_tokens'],
    output: raw['output_tokens'],
    cachedInput: raw['cache_read_input_tokens'],
    reasoning: details['thinking_tokens'],
  });
}

function geminiUsage(raw: Readonly<Record<string, unknown>>): RawUsage {
  return counted({
    input: raw['promptTokenCount'],
    output: raw['candidatesTokenCount'],
    cachedInput: raw['cachedContentTokenCount'],
    reasoning: raw['thoughtsTokenCount'],
  });
}

function counted(tokens: Readonly<Record<string, unknown>>): RawUsage {
  return Object.fromEntries(Object.entries(tokens).filter(([, count]) => typeof count === 'number'));
}
