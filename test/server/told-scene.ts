import { z } from 'zod';
import { createChat } from '../../src/chat/chat.ts';
import type { Policy } from '../../src/chat/policy.ts';
import { tool } from '../../src/chat/tool.ts';
import { Conversation } from '../../src/conversation/conversation.ts';
import type { Decision } from '../../src/conversation/decision.ts';
import { isEnd } from '../../src/conversation/event.ts';
import type { Audience } from '../../src/server/ag-ui/audience.ts';
import { Names } from '../../src/server/ag-ui/names.ts';
import type { AgUiEvent } from '../../src/server/ag-ui/protocol.ts';
import { readSaid } from '../../src/server/ag-ui/said.ts';
import type { PostedMessage, Said } from '../../src/server/ag-ui/said.ts';
import { snapshotOf } from '../../src/server/ag-ui/snapshot.ts';
import { Telling } from '../../src/server/ag-ui/telling.ts';
import { scripted } from '../../src/testing/scripted.ts';
import type { ScriptedTurn } from '../../src/testing/scripted-turn.ts';
import { testClock } from '../../src/testing/test-clock.ts';
import { testIds } from '../../src/testing/test-ids.ts';

/** A conversation as a client of AG-UI is told it. */
export interface ToldScene {
  readonly conversation: Conversation;
  /** Runs it, and gives what a client is told that has posted these messages. */
  run(posted?: readonly PostedMessage[]): Promise<readonly AgUiEvent[]>;
  /** What a client has that was told everything. */
  posted(): readonly PostedMessage[];
  decide(decision: Decision<never>): Promise<unknown>;
}

/** A reader to whom everything is put. */
export const everybody: Audience = { by: 'ann', groups: [], decides: true, answers: true };

export function toldScene(script: readonly ScriptedTurn[], policy: Policy<{ amount: number }> = 'ask'): ToldScene {
  const input = z.object({ amount: z.number(), currency: z.string().default('EUR') });
  const pay = tool({
    description: 'pays',
    input,
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
  const posted = (): readonly PostedMessage[] => {
    const messages = JSON.parse(JSON.stringify(snapshotOf(conversation.messages, new Names('t', [])))) as unknown;
    return (readSaid({ threadId: 't', runId: 'r', messages }) as Said).posted;
  };
  return {
    conversation,
    posted,
    async run(has = posted()) {
      const before = { messages: conversation.messages, run: conversation.run };
      const telling = new Telling(before, { thread: 't', run: 'r1', posted: has, audience: everybody });
      const events = [...telling.begin()];
      for await (const event of chat.stream(conversation)) {
        events.push(...telling.take(event));
        if (isEnd(event)) events.push(...telling.end(event));
      }
      return events;
    },
    decide: (decision) => chat.decide(conversation, conversation.unsettled[0]!.id, decision as never),
  };
}
