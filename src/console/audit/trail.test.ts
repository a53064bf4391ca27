import { describe, expect, it } from 'vitest';
import type { AuditEntry, AuditPageQuery } from '../../client/views.ts';
import { TrailReader } from './trail.ts';

/** A server that has so many decisions, and gives them by two, the newest first. */
function serverOf(count: number) {
  const asked: AuditPageQuery[] = [];
  const decisions = Array.from({ length: count }, (_, index) => decision(index + 1));
  return {
    asked,
    decisions,
    async readAudit(query: AuditPageQuery = {}) {
      asked.push(query);
      const before = Number(query.after ?? Infinity);
      const behind = decisions.filter(({ place }) => place < before).toReversed();
      const items = behind.slice(0, 2);
      return { items, ...(behind.length > 2 && { next: String(items.at(-1)!.place) }) };
    },
  };
}

function decision(place: number): AuditEntry {
  return { tenant: 'acme', thread: 'lunch', place, at: place, who: 'w', digest: 'd', link: 'l' };
}

function readerOf(client: Pick<ReturnType<typeof serverOf>, 'readAudit'>) {
  const told: (readonly number[])[] = [];
  const onChange = () => told.push(reader.state.entries.map(({ place }) => place));
  const reader = new TrailReader({ client, thread: 'lunch', onChange });
  return { reader, told, places: () => reader.state.entries.map(({ place }) => place) };
}

describe('a trail that is read', () => {
  it('is read from the newest on, and no further than somebody looks', async () => {
    const client = serverOf(100_000);
    const { reader, told, places } = readerOf(client);
    await reader.readNews();
    expect(told).toEqual([[], [100_000, 99_999]]);
    expect(reader.state).toMatchObject({ isReading: false, isMore: true });
    expect(client.asked).toEqual([{ limit: 100, order: 'newest-first', thread: 'lunch' }]);
    await reader.readOlder();
    expect(places()).toEqual([100_000, 99_999, 99_998, 99_997]);
    expect(client.asked.slice(1)).toMatchObject([{ after: '99999' }]);
  });

  it('is read to its end where that is wanted, and not further when it is no more', async () => {
    const client = serverOf(9);
    const { reader, places } = readerOf(client);
    await reader.readNews();
    await reader.readOlder(Infinity);
    expect(places()).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1]);
    expect(reader.state).toMatchObject({ isReading: false, isMore: false });
    const other = readerOf(serverOf(9));
    await other.reader.readNews();
    const all = other.reader.readOlder(Infinity);
    await other.reader.readOlder(0);
    await all;
    expect(other.places()).toHaveLength(4);
  });

  it('is read on from its beginning until what is known comes, of which nothing is told twice', async () => {
    const client = serverOf(3);
    const { reader, places } = readerOf(client);
    await reader.readNews();
    for (const place of [4, 5, 6]) client.decisions.push(decision(place));
    await Promise.all([reader.readNews(), reader.readNews()]);
    expect(places()).toEqual([6, 5, 4, 3, 2]);
    await reader.readOlder();
    expect(places()).toEqual([6, 5, 4, 3, 2, 1]);
    expect(reader.state.isMore).toBe(false);
  });

  it('hears of what was erased meanwhile', async () => {
    const client = serverOf(2);
    const { reader } = readerOf(client);
    await reader.readNews();
    client.decisions[1] = { ...decision(2), who: 'erased' };
    await reader.readNews();
    expect(reader.state.entries).toMatchObject([{ place: 2, who: 'erased' }, { place: 1 }]);
  });

  it('keeps what it has when the server fails, and goes on when it is asked again', async () => {
    const client = serverOf(5);
    const { readAudit } = client;
    let isDown = false;
    client.readAudit = async (query) => {
      if (isDown) throw new Error('down');
      return readAudit(query);
    };
    const { reader, places } = readerOf(client);
    await reader.readNews();
    isDown = true;
    await reader.readOlder();
    expect(reader.state).toMatchObject({ isReading: false, isMore: true, error: new Error('down') });
    expect(places()).toEqual([5, 4]);
    isDown = false;
    await reader.readOlder(Infinity);
    expect(places()).toEqual([5, 4, 3, 2, 1]);
    expect(reader.state).not.toHaveProperty('error');
  });

  it('tells nobody who has left', async () => {
    const { reader, told } = readerOf(serverOf(5));
    const reading = reader.readNews();
    reader.end();
    await reading;
    expect(told).toEqual([[]]);
  });
});
