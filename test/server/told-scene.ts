import type { Policy } from '../../src/chat/policy.ts';
import type { Audience } from '../../src/server/ag-ui/audience.ts';
import { Names } from '../../src/server/ag-ui/names.ts';
import type { AgUiEvent } from '../../src/server/ag-ui/protocol.ts';
import { readSaid } from '../../src/server/ag-ui/said.ts';
import type { PostedMessage, Said } from '../../src/server/ag-ui/said.ts';
import { snapshotOf } from '../../src/server/ag-ui/snapshot.ts';
import { Telling } from '../../src/server/ag-ui/telling.ts';
import type { ScriptedTurn } from '../../src/testing/scripted-turn.ts';
import { toldRun } from './told-run.ts';
import type { ToldRun } from './told-run.ts';

/** A conversation as a client of AG-UI is told it. */
export interface ToldScene extends ToldRun {
  /** Runs it, and gives what a client is told that has posted these messages. */
  run(posted?: readonly PostedMessage[]): Promise<readonly AgUiEvent[]>;
  /** What a client has that was told everything. */
  posted(): readonly PostedMessage[];
}

/** A reader to whom everything is put. */
export const everybody: Audience = { by: 'ann', groups: [], decides: true, answers: true };

export function toldScene(script: readonly ScriptedTurn[], policy?: Policy<{ amount: number }>): ToldScene {
  const told = toldRun(script, policy, 'EUR');
  const { conversation } = told;
  const posted = (): readonly PostedMessage[] => {
    const messages = JSON.parse(JSON.stringify(snapshotOf(conversation.messages, new Names('t', [])))) as unknown;
    return (readSaid({ threadId: 't', runId: 'r', messages }) as Said).posted;
  };
  return {
    ...told,
    posted,
    run: (has = posted()) => {
      const before = { messages: conversation.messages, run: conversation.run };
      return told.tell(new Telling(before, { thread: 't', run: 'r1', posted: has, audience: everybody }));
    },
  };
}
