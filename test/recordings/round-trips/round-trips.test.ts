// docs/proof.md holds the table of `npm run recordings` as it is.
// `WRITE_DOCS=1 npx vitest run test/recordings/round-trips` writes it.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { namesOf, root } from '../folder.ts';
import { wires } from '../wires.ts';
import { roundTrips } from './round-trips.ts';
import { failuresOf, tablesOf } from './table.ts';

const page = fileURLToPath(new URL('../../../docs/proof.md', import.meta.url));
const place = /(<!-- round trips -->\n)[^]*?(\n<!-- end of round trips -->)/;
const isThere = existsSync(root);
if (!isThere)
  console.warn(`NO RECORDINGS at ${root}: nothing was sent back, and the table in docs/proof.md not checked.`);

describe('recorded answers in the next request (W1, W2, W3)', () => {
  test.runIf(isThere)('are as they came and as their clients sent them, or another on purpose', async () => {
    const trips = await roundTrips();
    expect(failuresOf(trips)).toEqual([]);
    const count = (beside: string) => trips.filter((trip) => trip.beside === beside).length;
    expect(count('answer')).toBeGreaterThan(400);
    expect(count('client')).toBeGreaterThan(10);
    const recordings = Object.keys(wires).reduce((sum, wire) => sum + namesOf(wire).length, 0);
    const text = readFileSync(page, 'utf8');
    const wanted = text.replace(place, (_, begin, end) => `${begin}${tablesOf(trips)}${end}`);
    if (process.env['WRITE_DOCS']) writeFileSync(page, wanted);
    else expect(text).toBe(wanted);
    expect(text).toContain(`| ${recordings} of ${recordings} |`);
    const parts = trips.flatMap((trip) => trip.parts);
    const identical = parts.filter(({ verdict }) => verdict === 'identical').length;
    const others = parts.length - identical;
    expect(text).toContain(`| ${parts.length} parts, ${identical} identical, ${others} others on purpose |`);
  });

  test('have a place in docs/proof.md', () => expect(readFileSync(page, 'utf8')).toMatch(place));
});
