import type { Model, ModelEvent, ModelRequest } from '../../chat/model.ts';
import type { ModelCase, ModelUnderTest } from './case.ts';
import { afterCalls, declaredTool, saying, settledStandings } from './requests.ts';
import { answerOf, contentOf, eventsIn } from './stream.ts';

/** How a model treats what it is asked. */
export function requestCases(model: ModelUnderTest): readonly ModelCase[] {
  const { unsupported, deterministic = true } = model.options;
  return [
    { name: 'the request is left as it was', run: () => leavesRequest(model) },
    { name: 'calls go back to it however they were settled', run: () => takesSettled(model) },
    { name: 'a call that is not settled is refused', run: () => refusesUnsettled(model) },
    { name: 'several streams at once do not disturb each other', run: () => streamsTogether(model, deterministic) },
    ...(deterministic ? [{ name: 'it keeps nothing between two calls', run: () => keepsNothing(model) }] : []),
    ...(unsupported ? [{ name: 'a setting that it cannot honour is a warning', run: () => warns(model) }] : []),
  ];
}

/** Frozen to the bottom, so that a write throws, and compared, in case somebody caught it. */
async function leavesRequest({ make, words }: ModelUnderTest): Promise<void> {
  const messages = afterCalls(words.text, settledStandings);
  const request = saying(words.text, { messages, tools: [declaredTool], settings: { temperature: 0, stop: ['END'] } });
  const told = { messages: request.messages, tools: request.tools, settings: request.settings };
  const before = JSON.stringify(told);
  freeze(told);
  await answerOf(await make('text'), request);
  if (JSON.stringify(told) !== before) throw new Error('the request was changed');
}

function freeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  Object.values(value).forEach(freeze);
}

async function takesSettled({ make, words }: ModelUnderTest): Promise<void> {
  for (const standing of settledStandings) {
    const messages = afterCalls(words.text, [standing]);
    const events = await answerOf(await make('text'), saying(words.text, { messages, tools: [declaredTool] }));
    if (events.at(-1)?.type !== 'finish') throw new Error(`after a call that is ${standing.state} there is no finish`);
  }
}

async function refusesUnsettled({ make, words }: ModelUnderTest): Promise<void> {
  const messages = afterCalls(words.text, [{ state: 'awaiting-approval' }]);
  try {
    await answerOf(await make('text'), saying(words.text, { messages, tools: [declaredTool] }));
  } catch {
    return;
  }
  throw new Error('a call that waits for an approval was sent');
}

async function streamsTogether({ make, words }: ModelUnderTest, deterministic: boolean): Promise<void> {
  const model = await make('text');
  const answers = await Promise.all([1, 2, 3].map(() => answerOf(model, saying(words.text))));
  const told = answers.map(contentOf);
  if (told.includes('')) throw new Error('one of three answers is empty');
  for (const events of answers)
    if (events.at(-1)?.type !== 'finish') throw new Error('one of three answers has no finish');
  if (deterministic && new Set(told).size > 1) throw new Error(`three answers at once differ: ${JSON.stringify(told)}`);
}

/** An answer that was left in the middle must not be remembered either. */
async function keepsNothing({ make, words }: ModelUnderTest): Promise<void> {
  const model = await make('text');
  const request = saying(words.text);
  const first = contentOf(await answerOf(model, request));
  await leave(model, request);
  const second = contentOf(await answerOf(model, saying(words.text)));
  if (first !== second) throw new Error(`it said ${JSON.stringify(first)}, and then ${JSON.stringify(second)}`);
}

async function leave(model: Model, request: ModelRequest): Promise<void> {
  for await (const _ of model.stream(request)) break;
}

async function warns({ make, words, options }: ModelUnderTest): Promise<void> {
  const { unsupported: settings = {} } = options;
  const events: ModelEvent[] = [];
  for await (const batch of (await make('text')).stream(saying(words.text, { settings })))
    events.push(...eventsIn(batch));
  const warned = events.flatMap((event) => (event.type === 'warning' ? event.setting : []));
  const silent = Object.keys(settings).filter((name) => !warned.includes(name));
  if (silent.length > 0) throw new Error(`nothing is said of ${silent.join(', ')}`);
}
