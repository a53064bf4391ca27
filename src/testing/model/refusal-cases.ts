import type { Model, ModelEvent } from '../../chat/model.ts';
import { ChatError } from '../../conversation/error.ts';
import type { ModelCase, ModelUnderTest } from './case.ts';
import { declaredTool, saying } from './requests.ts';
import { answerOf, eventsIn } from './stream.ts';

/** What a model says when something cannot be had. */
export function refusalCases(model: ModelUnderTest): readonly ModelCase[] {
  const { refused, warnsOfProviderTools } = model.options;
  return [
    { name: 'an output of a given shape is asked for only where it can be had', run: () => shapes(model) },
    ...(refused
      ? [{ name: 'a refusal of the provider is a ChatError, and tells no secret', run: () => isTold(model) }]
      : []),
    ...(warnsOfProviderTools
      ? [{ name: 'tools that run at another provider are left out, with a warning', run: () => leavesOut(model) }]
      : []),
  ];
}

async function shapes({ make, words }: ModelUnderTest): Promise<void> {
  const model = await make('text');
  const { output: how } = model.capabilities ?? {};
  if (how === undefined) return;
  const output = { name: 'answer', schema: { type: 'object', properties: { text: { type: 'string' } } } };
  for (const tools of how === 'always' ? [[], [declaredTool]] : [[]]) {
    const events = await answerOf(model, saying(words.text, { output, tools }));
    if (events.at(-1)?.type !== 'finish')
      throw new Error('asked for an output of a shape, it does not come to its end');
  }
}

async function isTold({ options, words }: ModelUnderTest): Promise<void> {
  const { refused, secrets = [] } = options;
  const { error, events } = await failureOf(await refused!(), words.text);
  if (error === undefined) throw new Error('the request was refused, and the answer ended as if it were not');
  if (!(error instanceof ChatError))
    throw new Error(`it threw ${String(error)}, which is no ChatError`, { cause: error });
  if (events.some(({ type }) => type !== 'warning')) throw new Error('it told of an answer that it did not get');
  const told = JSON.stringify([error.message, error.providerCode, error.requestId]);
  if (secrets.some((secret) => told.includes(secret))) throw new Error('its error tells a secret');
}

async function failureOf(model: Model, words: string): Promise<{ error?: unknown; events: readonly ModelEvent[] }> {
  const events: ModelEvent[] = [];
  try {
    for await (const batch of model.stream(saying(words))) events.push(...eventsIn(batch));
  } catch (error) {
    return { error, events };
  }
  return { events };
}

async function leavesOut({ make, words }: ModelUnderTest): Promise<void> {
  const providerTools = [{ name: 'far_search', provider: 'nobody', kind: 'search', options: {} }];
  const events = await answerOf(await make('text'), saying(words.text, { providerTools }));
  const warned = events.some((event) => event.type === 'warning' && event.reason.includes('far_search'));
  if (!warned) throw new Error('nothing is said of far_search, a tool of another provider');
}
