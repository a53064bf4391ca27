import type { Model, ModelEvent, ModelRequest } from '../../chat/model.ts';
import type { ChatError } from '../../conversation/error.ts';
import { Answer } from './answer.ts';
import { sharedCapabilities } from './capability.ts';
import { choose } from './choice.ts';
import { combined, downFailure, errorFrom, isTrouble, mayHelp, reasonOf } from './failure.ts';
import type { Failure } from './failure.ts';
import { carriesApproval } from './home.ts';
import { membersOf } from './member.ts';
import type { Member } from './member.ts';
import type { RouterMember, RouterOptions } from './options.ts';

export type { BreakerOptions, Route, RouterMember, RouterOptions, Strategy } from './options.ts';

/** A model that stands for several. */
export interface Router extends Model {
  readonly members: readonly Model[];
}

/**
 * One model of several: it asks them one after the other until one answers. Between a call and its result it stays with
 * the provider of the call, unless that is down. Throws `ChatError` `invalid-request` for what makes no sense.
 *
 * @example
 * const model = router([openai('gpt-5'), compatible({ provider: 'groq', model: 'openai/gpt-oss-120b' })]);
 */
export function router(members: readonly (Model | RouterMember)[], options: RouterOptions = {}): Router {
  const all = membersOf(members, options);
  const models = all.map(({ model }) => model);
  const capabilities = sharedCapabilities(models);
  return {
    provider: 'router',
    id: options.id ?? all.map(({ name }) => name).join(' | '),
    members: models,
    maxRetries: options.maxRetries ?? Math.max(...models.map(({ maxRetries = usualRetries }) => maxRetries)),
    ...(capabilities && { capabilities }),
    stream: (request) => answered(all, request, options),
  };
}

/** How often the loop asks again for a model that says nothing of it. */
const usualRetries = 2;

/** Asks one member after the other, each once: asking again is the loop's (rule L4). */
async function* answered(
  members: readonly Member[],
  request: ModelRequest,
  options: RouterOptions,
): AsyncGenerator<readonly ModelEvent[], void> {
  const { signal } = request;
  signal.throwIfAborted();
  const failures: Failure[] = [];
  let withdrawal: readonly ModelEvent[] = [];
  for (const member of await choose(members, request, options)) {
    const attempt = member.breaker.enter();
    if (!attempt) {
      failures.push(downFailure(member));
      continue;
    }
    const answer = new Answer(member, attempt, [...withdrawal, ...takeover(member, failures)]);
    // A model that does not listen to a stop must not keep others from trying it.
    signal.addEventListener('abort', attempt.left, { once: true });
    try {
      yield* answer.events(request);
      return;
    } catch (thrown) {
      if (signal.aborted) throw signal.reason;
      const error = errorFrom(thrown);
      if (isTrouble(error)) attempt.failed(error);
      failures.push({ member, error, thrown, retryIn: error.retryAfter });
      if (!mayGoOn(answer, options) || !fallsBack(error, request, options)) throw combined(failures);
      withdrawal = [...withdrawal, ...withdrawn(answer, error.message)];
    } finally {
      attempt.left();
      signal.removeEventListener('abort', attempt.left);
    }
  }
  throw combined(failures);
}

/** Told with the first words of the member that took over. */
function takeover({ name }: Member, failures: readonly Failure[]): readonly ModelEvent[] {
  if (failures.length === 0) return [];
  return [{ type: 'warning', reason: `${name} took over. ${reasonOf(failures)}` }];
}

/** Not after words that were told, unless they may be withdrawn, and never after the provider ran tools (rule W3). */
function mayGoOn({ hasBegun, hasActed }: Answer, { restart = false }: RouterOptions): boolean {
  return !hasBegun || (restart && !hasActed);
}

/** Where a tool of a provider may act, only a status says that it did not: an error inside a stream may follow it (rule W3). */
function fallsBack(error: ChatError, { messages, providerTools }: ModelRequest, { fallback }: RouterOptions): boolean {
  const mayAct = carriesApproval(messages) || providerTools?.some(({ effect }) => effect !== 'read');
  if (mayAct) return error.status !== undefined && (error.code === 'rate-limit' || error.code === 'overloaded');
  const usual = mayHelp(error);
  return fallback ? fallback(error, usual) : usual;
}

/** What an answer that broke leaves behind: its words are withdrawn, and its cost is counted. */
function withdrawn({ hasBegun, usage }: Answer, reason: string): readonly ModelEvent[] {
  if (!hasBegun && !usage) return [];
  return [...(usage ? [{ type: 'usage', usage } as const] : []), { type: 'reset', reason }];
}
