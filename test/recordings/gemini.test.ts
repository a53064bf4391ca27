import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { ModelEvent } from '../../src/chat/model.ts';
import { proveRecordings } from './prove.ts';
import { wires } from './wires.ts';

const model = wires['gemini']!;
proveRecordings({ wire: 'gemini', model });

const folder = fileURLToPath(new URL('../../../shared/recordings/gemini', import.meta.url));
const streams = (existsSync(folder) ? readdirSync(folder) : []).filter((name) =>
  existsSync(join(folder, name, 'response.sse')),
);

test.runIf(streams.length > 0)(
  'a recorded stream says the same as one list, as a server sends it that was not asked for events',
  async () => {
    for (const name of streams) {
      const body = readFileSync(join(folder, name, 'response.sse'), 'utf8');
      const chunks = body.split(/\r?\n/).flatMap((line) => (line.startsWith('data:') ? [line.slice(5).trim()] : []));
      const pretty = chunks.map((chunk) => JSON.stringify(JSON.parse(chunk), null, 2));
      const expected = await eventsOf(body);
      expect([name, await eventsOf(`[${pretty.join('\n,\r\n')}\n]`)]).toEqual([name, expected]);
      expect([name, await eventsOf(`[${chunks.join(',\n')}]`)]).toEqual([name, expected]);
    }
  },
);

/** What a body says; arguments without their white space. */
async function eventsOf(body: string): Promise<ModelEvent[]> {
  const { signal } = new AbortController();
  const events: ModelEvent[] = [];
  const answered = model(async () => new Response(body));
  for await (const batch of answered.stream({ messages: [], tools: [], settings: {}, signal, kept: new Map() })) {
    events.push(...('type' in batch ? [batch] : batch));
  }
  return events.flatMap((event) => {
    if (event.type === 'tool-input') return [];
    if (event.type !== 'call' || event.arguments === '') return [event];
    return [{ ...event, arguments: JSON.stringify(JSON.parse(event.arguments)) }];
  });
}
