import type { ModelCase, ModelUnderTest } from './case.ts';
import { saying } from './requests.ts';
import { within } from './stream.ts';

/** Milliseconds that a model has to come to its end when it is stopped or left. */
const promptly = 2_000;

/** How a model ends when nobody wants the rest. */
export function abortCases(model: ModelUnderTest): readonly ModelCase[] {
  const cases: readonly ModelCase[] = [
    { name: 'a stop before the answer rejects with the reason', run: () => stoppedBefore(model) },
    { name: 'a stop during the answer rejects with the reason, promptly', run: () => stoppedDuring(model) },
    { name: 'a stop while nobody reads is noticed by the next read', run: () => stoppedUnread(model) },
    { name: 'return() ends it promptly, and nothing comes after', run: () => left(model) },
  ];
  return model.options.without?.includes('endless') ? [] : cases;
}

async function stoppedBefore({ make, words }: ModelUnderTest): Promise<void> {
  const reason = new Error('stopped before');
  const events = (await make('endless')).stream(saying(words.text, { signal: AbortSignal.abort(reason) }));
  await rejectsWith(reason, events[Symbol.asyncIterator]().next());
}

async function stoppedDuring({ make, words }: ModelUnderTest): Promise<void> {
  const reason = new Error('stopped in between');
  const stop = new AbortController();
  const events = (await make('endless')).stream(saying(words.text, { signal: stop.signal }))[Symbol.asyncIterator]();
  await events.next();
  const reading = readOn(events);
  setTimeout(() => stop.abort(reason), 5);
  await rejectsWith(reason, reading);
}

async function stoppedUnread({ make, words }: ModelUnderTest): Promise<void> {
  const reason = new Error('stopped unread');
  const stop = new AbortController();
  const events = (await make('endless')).stream(saying(words.text, { signal: stop.signal }))[Symbol.asyncIterator]();
  await events.next();
  stop.abort(reason);
  await new Promise((resolve) => setTimeout(resolve, 5));
  await rejectsWith(reason, readOn(events));
}

async function left({ make, words }: ModelUnderTest): Promise<void> {
  const events = (await make('endless')).stream(saying(words.text))[Symbol.asyncIterator]();
  await events.next();
  if (!events.return) throw new Error('its iterator has no return()');
  await within(events.return(), promptly, 'return()');
  const { done } = await within(events.next(), promptly, 'next() after return()');
  if (!done) throw new Error('events come after return()');
}

async function readOn(events: AsyncIterator<unknown>): Promise<void> {
  while (!(await events.next()).done);
}

async function rejectsWith(reason: Error, reading: Promise<unknown>): Promise<void> {
  let thrown: unknown;
  try {
    await within(reading, promptly, 'the stop');
  } catch (error) {
    thrown = error;
  }
  if (thrown === undefined) throw new Error('the answer ended as if nobody had stopped it');
  if (thrown !== reason) throw new Error(`it rejected with ${String(thrown)}, not with the reason`, { cause: thrown });
}
