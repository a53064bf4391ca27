import type { Capabilities, Model, ModelEvent, ModelRequest } from '../../chat/model.ts';
import { ChatError } from '../../conversation/error.ts';
import type { Message } from '../../conversation/message.ts';
import { secretsOf } from '../../wire/secret.ts';
import { demandFinite } from '../finite-settings.ts';
import { bridgeTo, dataOf } from './bridge.ts';
import type { Bridge, OriginData } from './bridge.ts';
import { failureOf } from './failure.ts';
import type { FailurePlace } from './failure.ts';
import type { AiSdkModel, PartStream, StreamPart } from './language-model.ts';
import { callOptions } from './options.ts';
import { Patience } from './patience.ts';
import { PartDecoder } from './stream.ts';

export type { AiSdkModel, PartReader, PartStream } from './language-model.ts';
export { fromModelMessages } from './history/model-messages.ts';
export type { SdkModelMessage } from './history/model-messages.ts';
export type { PastOptions } from './history/past.ts';
export { fromUiMessages } from './history/ui-messages.ts';
export type { SdkUiMessage } from './history/ui-messages.ts';
export { providerTool } from './provider-tool.ts';
export type { SdkProviderTool } from './provider-tool.ts';

/** What is known of a model beside what it says of itself, and how long it is waited for. */
export interface AiSdkOptions {
  /** What it can do; its package does not say. */
  readonly capabilities?: Capabilities;
  /** Milliseconds until the answer begins. Then it ends as `timeout`, retryable. Default: 120,000. */
  readonly timeout?: number;
  /** Milliseconds between two parts of the answer. Then it ends as `timeout`, retryable. Default: 120,000. */
  readonly idleTimeout?: number;
  /** How often the loop makes a failed call again. Default: 2. */
  readonly maxRetries?: number;
}

/**
 * A model of the AI SDK as a model of ours. Throws `ChatError` `invalid-request` for another version of its specification.
 *
 * @example
 * const model = fromAiSdk(mistral('mistral-large-latest'));
 */
export function fromAiSdk(model: AiSdkModel, options: AiSdkOptions = {}): Model {
  const { specificationVersion: version } = model;
  if (version !== 'v3' && version !== 'v4') {
    const message = `Bridging to the AI SDK: a model of specification ${JSON.stringify(version)} is not known, only v3 and v4.`;
    throw new ChatError('invalid-request', message);
  }
  const bridge = bridgeTo(model);
  const { capabilities, maxRetries } = options;
  return {
    provider: bridge.provider,
    id: bridge.model,
    ...(maxRetries !== undefined && { maxRetries }),
    ...(capabilities && { capabilities }),
    stream: (request) => answer(model, request, { bridge, options }),
  };
}

/** Asks once: the AI SDK's own retries stand above `doStream`. */
async function* answer(
  model: AiSdkModel,
  request: ModelRequest,
  { bridge, options }: { readonly bridge: Bridge; readonly options: AiSdkOptions },
): AsyncGenerator<readonly ModelEvent[], void> {
  const { signal, settings, messages } = request;
  signal.throwIfAborted();
  const place = {
    what: `Asking ${bridge.provider}/${bridge.model}`,
    secrets: secretsOf(settings.headers ?? {}),
  };
  demandFinite(settings, place.what);
  const patience = new Patience(place.what, signal);
  try {
    const { options: asked, warnings } = callOptions(request, bridge, patience.signal);
    // They are what both versions ask for; the tests with real packages say so.
    const { stream } = await patience.wait(model.doStream(asked as never), options.timeout);
    const decoder = new PartDecoder({ ...place, bridge, open: openCalls(messages, bridge) });
    if (warnings.length > 0) yield warnings;
    const isOver = (): boolean => decoder.isFinished && !signal.aborted;
    yield* decoded(partsOf(stream, patience, { ...place, limit: options.idleTimeout, isOver }), decoder);
  } catch (error) {
    throw signal.aborted ? signal.reason : failureOf(error, place);
  } finally {
    patience.end();
  }
}

interface Reading extends FailurePlace {
  readonly limit: number | undefined;
  /** Whether the answer has come to its end, so that a stream which breaks or falls silent has lost nothing. */
  isOver(): boolean;
}

/** The parts of a stream. What breaks it off is a failure of the connection, whatever its runtime throws. */
async function* partsOf(
  stream: PartStream,
  patience: Patience,
  { limit, isOver, ...place }: Reading,
): AsyncGenerator<StreamPart, void> {
  const reader = stream.getReader();
  patience.onEnd(() => void reader.cancel().catch(() => {}));
  for (;;) {
    const read = patience.wait(reader.read(), limit).catch((error: unknown) => {
      if (isOver()) return { done: true, value: undefined };
      throw failureOf(error, { ...place, inStream: true });
    });
    const { done, value } = await read;
    if (done) return;
    // The specification says what comes.
    yield value as StreamPart;
  }
}

/** What was told before an error comes before it. */
async function* decoded(
  parts: AsyncIterable<StreamPart>,
  decoder: PartDecoder,
): AsyncGenerator<readonly ModelEvent[], void> {
  let events: ModelEvent[] = [];
  try {
    for await (const part of parts) {
      decoder.push(part, events);
      if (events.length === 0) continue;
      yield events;
      events = [];
    }
    decoder.end(events);
  } catch (error) {
    if (events.length > 0) yield events;
    throw error;
  }
  if (events.length > 0) yield events;
}

/** The calls of the provider of which nothing came yet, by its own ids, with what goes back with them. */
function openCalls(messages: readonly Message[], bridge: Bridge): ReadonlyMap<string, OriginData> {
  const open = new Map<string, OriginData>();
  for (const { parts } of messages) {
    for (const part of parts) {
      const data = part.type === 'tool' && part.call.providerExecuted ? dataOf(part.origin, bridge) : undefined;
      const id = part.type === 'tool' ? part.call.providerId : undefined;
      if (data && data.result === undefined && id !== undefined) open.set(id, data);
    }
  }
  return open;
}
