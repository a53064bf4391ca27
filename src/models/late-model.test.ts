import { expect, test } from 'vitest';
import type { ModelEvent, ModelRequest } from '../chat/model.ts';
import { opening } from '../wire/opening.ts';
import type { Asking } from './connection.ts';
import type { Embed } from './embedding.ts';
import { lateCode } from './late-code.ts';
import { lateEmbeddingModel, lateModel } from './late-model.ts';

const told = { provider: 'a', model: 'b' };
const finish: ModelEvent = { type: 'finish', reason: 'stop' };

/** Code that comes when it is let, or fails. */
function code() {
  const { promise, resolve, reject } = Promise.withResolvers<{ readonly makes: Asking }>();
  let loads = 0;
  const late = lateCode(() => {
    loads += 1;
    return promise;
  });
  return { late, come: () => resolve({ makes: says }), fail: reject, loads: () => loads };
}

/** Says what it was asked. */
const says: Asking = ({ instructions = '' }) =>
  opening(async () => once([{ type: 'text', delta: instructions }, finish]));

async function* once(events: readonly ModelEvent[]): AsyncGenerator<readonly ModelEvent[]> {
  yield events;
}

function request(instructions: string, signal = new AbortController().signal): ModelRequest {
  return { messages: [], instructions, tools: [], settings: {}, signal, kept: new Map() };
}

async function heard(events: ReturnType<ReturnType<typeof lateModel>['stream']>): Promise<readonly ModelEvent[]> {
  const all: ModelEvent[] = [];
  for await (const batch of events) all.push(...('type' in batch ? [batch] : batch));
  return all;
}

test('the code is on its way when the model is made; calls wait for it, all of one model by one maker', async () => {
  const { late, come, loads } = code();
  let made = 0;
  const model = lateModel({ ...told, maxRetries: 5, capabilities: { tools: true } }, late, ({ makes }) => {
    made += 1;
    return makes;
  });
  expect(model).toMatchObject({ provider: 'a', id: 'b', maxRetries: 5, capabilities: { tools: true } });
  expect(loads()).toBe(1);
  const both = Promise.all([heard(model.stream(request('one'))), heard(model.stream(request('two')))]);
  come();
  expect(await both).toEqual([
    [{ type: 'text', delta: 'one' }, finish],
    [{ type: 'text', delta: 'two' }, finish],
  ]);
  expect(made).toBe(1);
});

test('once it is there a call is the call of what was made, also of models that are made later', async () => {
  const { late, come } = code();
  const first = lateModel(told, late, ({ makes }) => makes);
  come();
  await heard(first.stream(request('')));
  const stream = says(request(''));
  const later = lateModel(told, late, () => () => stream);
  expect(later.stream(request(''))).toBe(stream);
});

test('a model that nobody asks fails silently; a call tells it, and the next call loads again', async () => {
  const loads = [0, 1, 2].map((number) => async () => {
    if (number < 2) throw new Error(`no ${number}`);
    return { makes: says };
  });
  const late = lateCode(() => loads.shift()!());
  const model = lateModel(told, late, ({ makes }) => makes);
  // Time in which nobody handled it.
  await new Promise((resolve) => setTimeout(resolve, 5));
  await expect(heard(model.stream(request('')))).rejects.toMatchObject({
    code: 'network',
    retryable: true,
    cause: new Error('no 1'),
  });
  expect(await heard(model.stream(request('again')))).toEqual([{ type: 'text', delta: 'again' }, finish]);
});

test('a call that is stopped or left while it waits asks nothing', async () => {
  const { late, come } = code();
  let asked = 0;
  const model = lateModel(told, late, ({ makes }) => (given) => {
    asked += 1;
    return makes(given);
  });
  const controller = new AbortController();
  const stopped = heard(model.stream(request('', controller.signal)));
  controller.abort('enough');
  await expect(stopped).rejects.toBe('enough');
  const left = model.stream(request(''))[Symbol.asyncIterator]();
  const step = left.next();
  await left.return?.();
  expect(asked).toBe(0);
  come();
  expect(await step).toEqual({ value: undefined, done: true });
});

test('an embedding model waits and tells in the same way', async () => {
  const embed: Embed = async (values) => ({ vectors: values.map(() => [1]), usage: { input: 1, unreported: 0 } });
  const loads = [0, 1, 2].map((number) => async () => {
    if (number < 2) throw new Error(`no ${number}`);
    return { embed };
  });
  const model = lateEmbeddingModel(
    told,
    lateCode(() => loads.shift()!()),
    (code) => code.embed,
  );
  await expect(model.embed(['x'])).rejects.toMatchObject({
    code: 'network',
    message: 'Embedding by a/b: its code could not be loaded.',
  });
  expect(await model.embed(['x'])).toMatchObject({ vectors: [[1]] });
});
