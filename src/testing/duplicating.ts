import type { MixedTools } from '../chat/tool.ts';
import type { Chat, DecisionAnswer } from '../chat/types.ts';

/** A chat each of whose decisions arrives twice, and what became of both. */
export interface Duplicating<C> {
  readonly chat: C;
  readonly answers: readonly (readonly [first: DecisionAnswer, second: DecisionAnswer])[];
}

/**
 * The same chat, where each decision arrives twice at once: two clicks, two tabs, a request that was sent again.
 * The caller gets the first answer.
 *
 * @example
 * const { chat, answers } = duplicating(createChat({ model, tools }));
 */
export function duplicating<T extends MixedTools, Context>(original: Chat<T, Context>): Duplicating<Chat<T, Context>> {
  const answers: (readonly [DecisionAnswer, DecisionAnswer])[] = [];
  const decide: Chat<T, Context>['decide'] = async (...decision) => {
    const both = await Promise.all([original.decide(...decision), original.decide(...decision)]);
    answers.push(both);
    return both[0];
  };
  const chat = new Proxy(original, {
    get: (target, name) => {
      if (name === 'decide') return decide;
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return { chat, answers };
}
