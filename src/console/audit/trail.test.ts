import { describe, expect, it } from 'vitest';
import type { AuditEntry, PageQuery } from '../../client/views.ts';
import { TrailReader } from './trail.ts';

/** A server that has so many decisions, and gives them by two. */
function serverOf(decisions: AuditEntry[]) {
  const asked: PageQuery[] = [];
  return {
    asked,
    decisions,
    async readAudit(query: PageQuery = {}) {
      asked.push(query);
      const from = Number(query.after ?? 0);
      const items = decisions.slice(from, from + 2);
      return { items, ...(from + 2 < decisions.length && { next: String(from + 2) }) };
    },
  };
}

const decision = (place: number): AuditEntry => ({
  tenant: 'acme',
  thread: 'lunch',
  place,
  at: place,
  who: 'w',
  digest: 'd',
  link: 'l',
});

describe('a trail that is read', () => {
  it('is read to its end, page after page, and tells how far it is', async () => {
    const client = serverOf([1, 2, 3, 4, 5].map(decision));
    const told: number[] = [];
    const reader = new TrailReader({ client, thread: 'lunch', onChange: () => told.push(reader.state.entries.length) });
    await reader.readOn();
    expect(told).toEqual([0, 2, 4, 5]);
    expect(reader.state).toEqual({ entries: client.decisions, isReading: false });
    expect(client.asked).toMatchObject([{ thread: 'lunch' }, { after: '2' }, { after: '4' }]);
  });

  it('is read on from its last page, of which nothing is told twice', async () => {
    const client = serverOf([1, 2, 3].map(decision));
    const reader = new TrailReader({ client, thread: undefined, onChange: () => {} });
    await reader.readOn();
    client.decisions.push(decision(4), decision(5));
    await Promise.all([reader.readOn(), reader.readOn()]);
    expect(reader.state.entries.map(({ place }) => place)).toEqual([1, 2, 3, 4, 5]);
    expect(client.asked.map(({ after }) => after)).toEqual([undefined, '2', '2', '4']);
  });

  it('keeps what it has when the server fails, and goes on when it is asked again', async () => {
    const client = serverOf([1, 2, 3].map(decision));
    const { readAudit } = client;
    let calls = 0;
    client.readAudit = async (query) => {
      calls += 1;
      if (calls === 2) throw new Error('down');
      return readAudit(query);
    };
    const reader = new TrailReader({ client, thread: undefined, onChange: () => {} });
    await reader.readOn();
    expect(reader.state).toMatchObject({
      entries: [{ place: 1 }, { place: 2 }],
      isReading: false,
      error: new Error('down'),
    });
    await reader.readOn();
    expect(reader.state).toEqual({ entries: client.decisions, isReading: false });
  });

  it('tells nothing any more when nobody looks', async () => {
    const client = serverOf([1, 2, 3].map(decision));
    let told = 0;
    const reader = new TrailReader({ client, thread: undefined, onChange: () => (told += 1) });
    reader.end();
    await reader.readOn();
    expect([told, client.asked.length]).toEqual([0, 1]);
  });
});
