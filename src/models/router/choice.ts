import type { Model, ModelRequest } from '../../chat/model.ts';
import { ChatError, messageOf } from '../../conversation/error.ts';
import { fitFor } from './capability.ts';
import { homeFirst } from './home.ts';
import type { Member } from './member.ts';
import type { Route, RouterOptions, Strategy } from './options.ts';

/** Who is asked for a request, and in which order. Throws what a strategy throws that finds nobody. */
export async function choose(
  members: readonly Member[],
  request: ModelRequest,
  { strategy = 'order', random = Math.random }: RouterOptions,
): Promise<readonly Member[]> {
  const all = members.map(({ model }) => model);
  let chosen: readonly Model[] = all;
  for (const one of [strategy].flat()) {
    const weight = (model: Model): number => memberFor(model, members).weight;
    chosen = await routed(one, chosen, { request, weight, random });
  }
  return homeFirst(chosen, all, request.messages).map((model) => memberFor(model, members));
}

interface Choice {
  readonly request: ModelRequest;
  readonly random: () => number;
  weight(model: Model): number;
}

function routed(
  strategy: Strategy,
  models: readonly Model[],
  { request, weight, random }: Choice,
): readonly Model[] | Promise<readonly Model[]> {
  switch (strategy) {
    case 'order':
      return models;
    case 'weighted':
      return byChance(models, weight, random);
    case 'capability':
      return fitFor(request, models);
  }
  return asked(strategy, models, request);
}

/** Each place goes to a model with a chance in proportion to its weight among those that are left. */
function byChance(models: readonly Model[], weight: Choice['weight'], random: () => number): readonly Model[] {
  return models
    .map((model) => ({ model, key: weight(model) === 0 ? Infinity : -Math.log(1 - random()) / weight(model) }))
    .toSorted((a, b) => (a.key === b.key ? 0 : a.key - b.key))
    .map(({ model }) => model);
}

async function asked(route: Route, models: readonly Model[], request: ModelRequest): Promise<readonly Model[]> {
  let chosen: readonly Model[];
  try {
    chosen = [...new Set(await route(models, request))];
  } catch (cause) {
    if (cause instanceof ChatError) throw cause;
    throw failed(messageOf(cause), cause);
  }
  const stranger = chosen.find((model) => !models.includes(model));
  if (stranger) throw failed(`it chose ${stranger.provider}/${stranger.id}, which it was not given`);
  if (chosen.length === 0) throw failed('it chose nobody');
  return chosen;
}

function failed(why: string, cause?: unknown): ChatError {
  return new ChatError('hook-failed', `Routing: the strategy failed: ${why}`, { cause });
}

function memberFor(model: Model, members: readonly Member[]): Member {
  // Only members are chosen.
  return members.find((member) => member.model === model)!;
}
