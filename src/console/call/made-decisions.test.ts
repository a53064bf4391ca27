import { describe, expect, it } from 'vitest';
import type { Client } from '../../client/client.ts';
import type { Answer } from '../../client/views.ts';
import type { Choice } from '../../client/api.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import { decide, decideAll, madeAbout, newestOf } from './made-decisions.ts';

const call = (id: string, revision = 1): ToolCall => ({
  id,
  name: 'refund',
  arguments: '{}',
  input: {},
  revision,
  state: 'awaiting-approval',
});

function server() {
  const asked: (readonly [string, Choice])[] = [];
  const waiting: (() => void)[] = [];
  const open = { most: 0, now: 0 };
  const client = {
    async decide(thread: string, [choice]: readonly Choice[]): Promise<readonly Answer[]> {
      asked.push([thread, choice!]);
      open.most = Math.max(open.most, (open.now += 1));
      await new Promise<void>((resolve) => waiting.push(resolve));
      open.now -= 1;
      return [{ type: 'applied', call: { ...call(choice!.call, 2), state: 'approved', by: 'person' } as ToolCall }];
    },
  } as Pick<Client, 'decide'> as Client;
  const answer = async (): Promise<void> => {
    for (let one = waiting.shift(); one; one = waiting.shift()) {
      one();
      await new Promise((resolve) => setTimeout(resolve));
    }
  };
  return { client, asked, answer, open };
}

describe('a decision that is made in the page', () => {
  it('is sent once, however often one clicks, with the digest of what was shown (D1)', async () => {
    const { client, asked, answer } = server();
    const shown = { thread: 't1', call: call('c1'), seen: 'as shown' };
    const first = decide(client, shown, { decision: { type: 'approve' } });
    await decide(client, shown, { decision: { type: 'approve' } });
    await decide(client, shown, { decision: { type: 'reject' } });
    expect(madeAbout(shown)).toEqual({ decision: { type: 'approve' } });
    await answer();
    await first;
    expect(asked).toEqual([['t1', { call: 'c1', decision: { type: 'approve' }, seen: 'as shown' }]]);
    expect(madeAbout(shown)?.decided?.type).toBe('applied');
  });

  it('shows the call as the answer has it until the page is told of it', async () => {
    const { client, answer } = server();
    const shown = { thread: 't1', call: call('c2') };
    const sent = decide(client, shown, { decision: { type: 'approve' } });
    await answer();
    await sent;
    expect(newestOf(shown).state).toBe('approved');
    expect(newestOf({ thread: 't2', call: call('c2') }).state).toBe('awaiting-approval');
    const later = { ...call('c2', 3) };
    expect(newestOf({ thread: 't1', call: later })).toBe(later);
  });

  it('goes out for many calls, a few at a time', async () => {
    const { client, asked, answer, open } = server();
    const all = Array.from({ length: 10 }, (_, at) => ({ thread: 't3', call: call(`m${at}`) }));
    const sent = decideAll(client, all, { type: 'approve' });
    await answer();
    await sent;
    expect(asked).toHaveLength(10);
    expect(open.most).toBe(4);
  });
});
