// Every recorded answer goes on over every wire.
import { describe, expect, test } from 'vitest';
import { namesOf } from '../recordings/folder.ts';
import { flawsOf } from './flaws.ts';
import { recordedTalks } from './recorded.ts';
import { conversionWires } from './wires.ts';

const wires = Object.entries(conversionWires);

describe.each(wires)('answers recorded over %s', (source, begun) => {
  const talks = recordedTalks(source, begun);
  if (namesOf(source).length === 0) console.warn(`NO RECORDINGS of ${source}: nothing is proven of how they go on.`);

  test.each(wires)('go on over %s (W1, W2)', { timeout: 120_000 }, async (target, wire) => {
    const told: string[] = [];
    for (const [name, conversation] of await talks) {
      const flaws = await flawsOf(conversation, wire, target === source ? 'home' : 'away');
      told.push(...flaws.map((flaw) => `${name}: ${flaw}`));
    }
    expect(told).toEqual([]);
  });
});
