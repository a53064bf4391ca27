import { ChatError } from '../conversation/error.ts';
import type { ModelUsage } from '../conversation/usage.ts';
import type { Model, ModelEvent, ModelRequest } from './model.ts';

/** What a model yields: events, one by one or in batches. */
export type ModelEvents = AsyncIterable<ModelEvent | readonly ModelEvent[]>;

/** What stands between a chat and its model. */
export interface Wrapping {
  /** Changes what the model is asked. */
  readonly request?: (request: ModelRequest) => ModelRequest | Promise<ModelRequest>;
  /** Changes what it tells; `request` is what it was asked. Leaving early should leave `events` too. */
  readonly events?: (events: ModelEvents, request: ModelRequest) => ModelEvents;
}

/**
 * A model around a model: under the same name, asked and told differently.
 *
 * @example
 * const brief = wrap(model, {
 *   request: (request) => ({ ...request, instructions: `${request.instructions ?? ''} Be brief.` }),
 * });
 */
export function wrap(model: Model, { request: asked, events: told }: Wrapping): Model {
  const { provider, id, maxRetries, capabilities } = model;
  return {
    ...model,
    // Of an object of a class the spread has only what is its own.
    provider,
    id,
    maxRetries,
    capabilities,
    done: (response) => model.done?.(response),
    async *stream(given) {
      const request = asked ? await asked(given) : given;
      const events = model.stream(request);
      yield* told ? told(events, request) : events;
    },
  };
}

/** Takes a line about a model call, and what it is about: the request, or how the call ended. */
export type Log = (line: string, details: Readonly<Record<string, unknown>>) => void;

/**
 * A model that tells of each call when it begins and when it is over: with the time it took, why it stopped and what
 * it cost. Headers and provider options are never told: keys may stand there. By default the lines go to `console.log`.
 */
export function logged(model: Model, log: Log = (line) => console.log(line)): Model {
  const name = `${model.provider}/${model.id}`;
  return wrap(model, {
    async *events(events, { messages, instructions, tools, settings }) {
      const { headers: _headers, providerOptions: _options, ...told } = settings;
      log(`${name}: messages ${messages.length}, tools ${tools.length}`, {
        messages,
        instructions,
        tools,
        settings: told,
      });
      const began = performance.now();
      let finish: string = 'left';
      let usage: ModelUsage | undefined;
      try {
        for await (const batch of events) {
          const known = 'type' in batch ? [batch] : batch;
          finish = known.find((event) => event.type === 'finish')?.reason ?? finish;
          usage = known.findLast((event) => event.type === 'usage')?.usage ?? usage;
          yield batch;
        }
      } catch (error) {
        finish = error instanceof ChatError ? error.code : 'error';
        throw error;
      } finally {
        const ms = Math.round(performance.now() - began);
        const tokens = usage ? `, ${usage.input} tokens in, ${usage.output} out` : '';
        log(`${name}: ${finish} after ${ms} ms${tokens}`, { ms, finish, usage });
      }
    },
  });
}
