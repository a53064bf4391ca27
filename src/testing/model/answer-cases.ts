import { createChat } from '../../chat/chat.ts';
import type { ModelEvent } from '../../chat/model.ts';
import { Conversation } from '../../conversation/conversation.ts';
import type { ModelCase, ModelUnderTest } from './case.ts';
import { declaredTool, saying } from './requests.ts';
import { answerOf, callsIn } from './stream.ts';
import { recordEvents } from '../record-events.ts';

/** What an answer looks like. */
export function answerCases(model: ModelUnderTest): readonly ModelCase[] {
  const { make, words, options } = model;
  const can = (scenario: 'call' | 'cut'): boolean => !options.without?.includes(scenario);
  const text = async (): Promise<readonly ModelEvent[]> => answerOf(await make('text'), saying(words.text));
  return [
    {
      name: 'an answer has text, and exactly one finish, which is its last event',
      run: async () => isWhole(await text()),
    },
    {
      name: 'no delta is empty but for one that brings an origin, and parts are numbered from zero or not at all',
      run: async () => hasPieces(await text()),
    },
    {
      name: 'usage is told in whole tokens, cached and reasoning ones included',
      run: async () => isCounted(await text()),
    },
    { name: 'results are of calls that the provider ran before', run: async () => hasCalls(await text()) },
    { name: 'a chat runs it to its end', run: () => runsInChat(model) },
    ...(can('call')
      ? [{ name: 'a call comes whole: a declared tool, and arguments equal to their pieces', run: () => calls(model) }]
      : []),
    ...(can('cut')
      ? [{ name: 'an answer that is cut has no finish, and is an error of the run', run: () => isCut(model) }]
      : []),
  ];
}

function isWhole(events: readonly ModelEvent[]): void {
  const finishes = events.filter(({ type }) => type === 'finish');
  if (finishes.length !== 1) throw new Error(`there are ${finishes.length} finish events`);
  if (events.at(-1)?.type !== 'finish') throw new Error(`after the finish comes ${events.at(-1)?.type}`);
  if (!events.some(({ type }) => type === 'text')) throw new Error('there is no text');
}

function hasPieces(events: readonly ModelEvent[]): void {
  for (const event of events) {
    if (event.type !== 'text' && event.type !== 'reasoning') continue;
    if (typeof event.delta !== 'string' || (event.delta === '' && !event.origin))
      throw new Error(`a ${event.type} delta is empty`);
    const { part = 0 } = event;
    if (!Number.isInteger(part) || part < 0) throw new Error(`a ${event.type} delta is of part ${part}`);
  }
}

function isCounted(events: readonly ModelEvent[]): void {
  for (const event of events) {
    if (event.type !== 'usage') continue;
    const { input, output, cachedInput, reasoning } = event.usage;
    const isCount = [input, output, cachedInput, reasoning].every((count) => Number.isInteger(count) && count >= 0);
    if (!isCount) throw new Error(`the usage is ${JSON.stringify(event.usage)}`);
    if (cachedInput > input) throw new Error(`of ${input} tokens in ${cachedInput} are cached`);
    if (reasoning > output) throw new Error(`of ${output} tokens out ${reasoning} are reasoning`);
  }
}

function hasCalls(events: readonly ModelEvent[]): void {
  for (const [place, event] of events.entries()) {
    if (event.type !== 'result') continue;
    const { key, id } = event;
    const call = callsIn(events.slice(0, place)).find((one) =>
      key === undefined ? one.id === id && id !== undefined : one.key === key,
    );
    if (!call) throw new Error(`a result is of the call ${key ?? id}, which did not come`);
    if (!call.providerExecuted) throw new Error(`a result is of ${call.name}, which did not run at the provider`);
  }
}

async function runsInChat({ make, words }: ModelUnderTest): Promise<void> {
  const conversation = new Conversation();
  conversation.say(words.text);
  const { outline, error } = await recordEvents(createChat({ model: await make('text') }).stream(conversation));
  if (error !== undefined) throw new Error('the run threw', { cause: error });
  if (!outline.at(-1)?.startsWith('done')) throw new Error(`the run ended with ${outline.at(-1)}`);
}

async function calls({ make, words }: ModelUnderTest): Promise<void> {
  const events = await answerOf(await make('call'), saying(words.call, { tools: [declaredTool] }));
  const calls = callsIn(events);
  const finish = events.at(-1);
  if (calls.length === 0) throw new Error('there is no call');
  if (finish?.type !== 'finish' || finish.reason !== 'tool-calls')
    throw new Error(`it ends with ${JSON.stringify(finish)}`);
  const keys = calls.flatMap(({ key }) => key ?? []);
  if (new Set(keys).size < keys.length) throw new Error(`two calls have the same key: ${keys.join(', ')}`);
  for (const call of calls) {
    if (call.name !== declaredTool.name) throw new Error(`it calls ${call.name}, which was not declared`);
    if (call.incomplete) throw new Error('the call is incomplete');
    if (!isJson(call.arguments)) throw new Error(`the arguments are not JSON: ${call.arguments}`);
    const pieces = piecesOf(call.key, events.slice(0, events.indexOf(call)));
    if (pieces !== '' && pieces !== call.arguments)
      throw new Error(`the pieces are ${pieces}, the whole is ${call.arguments}`);
    if (piecesOf(call.key, events) !== pieces) throw new Error('pieces of the arguments come after the whole');
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function piecesOf(key: string | number | undefined, events: readonly ModelEvent[]): string {
  return events.map((event) => (event.type === 'tool-input' && event.key === key ? event.delta : '')).join('');
}

async function isCut({ make, words }: ModelUnderTest): Promise<void> {
  const conversation = new Conversation();
  conversation.say(words.text);
  const { outline, error } = await recordEvents(createChat({ model: await make('cut') }).stream(conversation));
  if (error === undefined) throw new Error(`the run ended with ${outline.at(-1)}, as if the answer were whole`);
  if (!outline.at(-1)?.startsWith('error')) throw new Error(`the last event is ${outline.at(-1)}`);
}
