import { ChatError, Conversation, createChat, resultOf } from 'yourcall';
import type { FilePart, Message, Model, ModelEvent, ModelRequest, Settings } from 'yourcall';
import { checkModel } from 'yourcall/testing';
import type { ModelScenario } from 'yourcall/testing';

/** What one message becomes: a turn, and behind an answer the results of its calls. */
function turnsOf({ role, parts }: Message): readonly object[] {
  const say = parts.flatMap((part) => (part.type === 'text' && part.text !== '' ? [part.text] : [])).join('\n\n');
  if (role !== 'assistant') {
    for (const part of parts) if (part.type === 'file') refuse(part);
    return say === '' ? [] : [{ who: role, say }];
  }
  const calls = parts.flatMap((part) => (part.type === 'tool' && !part.call.providerExecuted ? [part.call] : []));
  if (say === '' && calls.length === 0) return [];
  const idOf = (call: (typeof calls)[number]): string => call.providerId ?? call.id;
  return [
    { who: 'parrot', say, calls: calls.map((call) => ({ id: idOf(call), tool: call.name, with: call.arguments })) },
    ...calls.map((call) => {
      // It throws for a call that is not settled, and says what a person edited.
      const { content, isError } = resultOf(call);
      const told = content.map((part) => (part.type === 'text' ? part.text : `(a file of type ${part.mediaType})`));
      return { who: 'tool', id: idOf(call), say: told.join('\n\n'), failed: isError };
    }),
  ];
}

function refuse({ mediaType }: FilePart): never {
  throw new ChatError('unsupported', `A parrot cannot be shown a file of type ${mediaType}.`);
}

/** The settings that it knows, by its own names; every other one is a warning. */
function settingsOf({ providerOptions, ...settings }: Settings) {
  const names: Readonly<Record<string, string>> = { temperature: 'heat', maxOutputTokens: 'limit' };
  const given = Object.entries(settings).filter(([name, value]) => value !== undefined && name !== 'headers');
  const known = given.filter(([name]) => Object.hasOwn(names, name)).map(([name, value]) => [names[name], value]);
  const unknown = given.filter(([name]) => !Object.hasOwn(names, name));
  return {
    members: { ...Object.fromEntries(known), ...providerOptions?.['parrot'] },
    warnings: unknown.map(([setting]): ModelEvent => ({
      type: 'warning',
      setting,
      reason: `A parrot has no ${setting}.`,
    })),
  };
}

function requestOf({ instructions, messages, tools, settings }: ModelRequest, model: string) {
  const { members, warnings } = settingsOf(settings);
  const told = tools.map(({ name, description, inputSchema }) => ({ name, about: description, takes: inputSchema }));
  const body = JSON.stringify({
    model,
    manners: instructions,
    turns: messages.flatMap(turnsOf),
    tools: told,
    ...members,
  });
  return { body, warnings };
}

interface Line {
  readonly say?: string;
  readonly call?: { readonly id: string; readonly tool: string; readonly with: string };
  readonly end?: string;
  readonly words?: { readonly heard: number; readonly said: number };
  readonly oops?: string;
}

/** What one line of the answer tells. Lines of a kind that is not known tell nothing. */
function* eventsOf({ say, call, end, words, oops }: Line): Generator<ModelEvent> {
  if (oops !== undefined) throw new ChatError('provider', `Asking a parrot: ${oops}`, { retryable: true });
  if (say) yield { type: 'text', delta: say };
  if (call) yield { type: 'call', key: call.id, id: call.id, name: call.tool, arguments: call.with };
  if (words) yield { type: 'usage', usage: { input: words.heard, output: words.said, cachedInput: 0, reasoning: 0 } };
  if (end !== undefined) yield { type: 'finish', reason: reasons[end] ?? 'other', raw: end };
}

const reasons: Readonly<Record<string, 'stop' | 'tool-calls' | 'length'>> = {
  done: 'stop',
  tools: 'tool-calls',
  breathless: 'length',
};

/** The lines of a body, however it was cut. Leaving the loop closes the connection. */
async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Line> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of body) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') yield JSON.parse(line) as Line;
  }
}

interface ParrotOptions {
  readonly apiKey: string;
  readonly fetch?: typeof fetch;
}

function parrot(model: string, { apiKey, fetch = globalThis.fetch }: ParrotOptions): Model {
  return {
    provider: 'parrot',
    id: model,
    async *stream(request) {
      const { signal, settings } = request;
      const { body, warnings } = requestOf(request, model);
      yield* warnings;
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${apiKey}`, ...settings.headers };
      try {
        const answer = await fetch('https://parrot.example/v1/talk', { method: 'POST', headers, body, signal });
        if (!answer.ok || !answer.body) throw refusal(answer.status);
        for await (const line of linesOf(answer.body)) yield* eventsOf(line);
      } catch (error) {
        // A stop throws the signal's reason, whatever it broke on the way.
        signal.throwIfAborted();
        if (error instanceof ChatError) throw error;
        throw new ChatError('network', 'Asking a parrot: it flew away.', { retryable: true, cause: error });
      }
    },
  };
}

/** What was sent, the key above all, stands in no error. */
function refusal(status: number): ChatError {
  if (status === 401 || status === 403) return new ChatError('auth', 'Asking a parrot: it does not know the key.');
  if (status === 429) return new ChatError('rate-limit', 'Asking a parrot: it is tired.', { status, retryable: true });
  const retryable = status >= 500;
  return new ChatError(retryable ? 'provider' : 'invalid-request', 'Asking a parrot failed.', { status, retryable });
}

const end = { end: 'done', words: { heard: 9, said: 2 } };
const call = { id: 'c1', tool: 'add', with: '{"a": 2, "b": 3}' };
const answers: Readonly<Record<ModelScenario, readonly object[]>> = {
  text: [{ say: 'Hel' }, { say: 'lo.' }, end],
  call: [{ say: 'I add.' }, { call }, { ...end, end: 'tools' }],
  cut: [{ say: 'Hel' }],
  endless: [{ say: 'Hel' }],
};

/** A server in this process, which breaks off when it is stopped, as a real one does. */
function answering(scenario: ModelScenario): typeof fetch {
  return async (_url, { signal } = {}) => {
    signal?.throwIfAborted();
    const lines = answers[scenario].map((line) => `${JSON.stringify(line)}\n`).join('');
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        signal?.addEventListener('abort', () => controller.error(signal.reason));
        controller.enqueue(new TextEncoder().encode(lines));
        if (scenario !== 'endless') controller.close();
      },
    });
    return new Response(body);
  };
}

const apiKey = 'secret-of-parrots';
const checks = await checkModel((scenario) => parrot('grey', { apiKey, fetch: answering(scenario) }), {
  unsupported: { topK: 5 },
  refused: () => parrot('grey', { apiKey, fetch: async () => new Response(apiKey, { status: 401 }) }),
  secrets: [apiKey],
});
for (const { name, ok, problem } of checks) console.log(ok ? 'ok ' : 'NOT', name, problem ?? '');

const conversation = new Conversation();
conversation.say('Hello!');
const chat = createChat({ model: parrot('grey', { apiKey, fetch: answering('text') }) });
console.log((await chat.complete(conversation)).text);
