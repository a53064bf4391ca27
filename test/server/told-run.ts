// A conversation in which somebody may be asked to pay, told by whatever tells it.
import { z } from 'zod';
import { createChat } from '../../src/chat/chat.ts';
import type { Policy } from '../../src/chat/policy.ts';
import { tool } from '../../src/chat/tool.ts';
import { Conversation } from '../../src/conversation/conversation.ts';
import type { Decision } from '../../src/conversation/decision.ts';
import type { ChatEvent } from '../../src/conversation/event.ts';
import { isEnd } from '../../src/conversation/event.ts';
import type { Teller } from '../../src/server/following.ts';
import { scripted } from '../../src/testing/scripted.ts';
import type { ScriptedTurn } from '../../src/testing/scripted-turn.ts';
import { testClock } from '../../src/testing/test-clock.ts';
import { testIds } from '../../src/testing/test-ids.ts';

export interface ToldRun {
  readonly conversation: Conversation;
  /** Runs it, and gives what is told of it. */
  tell<Piece>(teller: Teller<Piece>): Promise<readonly Piece[]>;
  decide(decision: Decision<never>): Promise<unknown>;
}

/** `currency` is what the schema of the tool adds where the model leaves it out. */
export function toldRun(
  script: readonly ScriptedTurn[],
  policy: Policy<{ amount: number }> = 'ask',
  currency?: string,
): ToldRun {
  const amount = z.object({ amount: z.number() });
  const pay = tool({
    description: 'pays',
    input: currency === undefined ? amount : amount.extend({ currency: z.string().default(currency) }),
    policy,
    run: ({ amount }, { progress, emit }) => {
      progress('half');
      if (amount === 99) emit('note', 'halfway');
      return `paid ${amount}`;
    },
  });
  const chat = createChat({ model: scripted(script), tools: { pay }, retry: (attempt) => (attempt < 2 ? 0 : false) });
  const conversation = new Conversation({ id: 't', now: testClock(0).now, newId: testIds() });
  conversation.say('pay');
  return {
    conversation,
    async tell(teller) {
      const pieces = [...teller.begin()];
      const events: AsyncIterable<ChatEvent> = chat.stream(conversation);
      for await (const event of events) {
        pieces.push(...teller.take(event));
        if (isEnd(event)) pieces.push(...teller.end(event));
      }
      return pieces;
    },
    decide: (decision) => chat.decide(conversation, conversation.unsettled[0]!.id, decision as never),
  };
}
