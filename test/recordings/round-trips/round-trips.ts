import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Expected } from '../decoded.ts';
import { namesOf, recorded, root } from '../folder.ts';
import type { Recorded } from '../folder.ts';
import { wires } from '../wires.ts';
import { compare } from './compared.ts';
import type { Circumstances, Compared } from './compared.ts';
import { modelOf } from './models.ts';
import { nextRequest } from './next-request.ts';
import { saidIn } from './said.ts';
import type { Said } from './said.ts';

/** A recorded answer that went back: what of it was compared. */
export interface RoundTrip {
  readonly wire: string;
  readonly provider: string;
  readonly name: string;
  /** With the answer itself, or with the request in which the recorded client sent it back. */
  readonly beside: 'answer' | 'client';
  readonly parts: readonly Compared[];
}

/** Each recorded answer through a chat and into its next request. */
export async function roundTrips(): Promise<readonly RoundTrip[]> {
  const trips: RoundTrip[] = [];
  for (const wire of Object.keys(wires)) {
    for (const name of namesOf(wire)) trips.push(...(await tripsOf(wire, recorded(wire, name))));
  }
  return trips;
}

async function tripsOf(wire: string, one: Recorded): Promise<readonly RoundTrip[]> {
  const { name, provider, expected } = one;
  const trips: RoundTrip[] = [];
  const facts = { wire, provider, name } as const;
  const around = circumstances(wire, one);
  const theirs = clientAfter(wire, name);
  if (theirs) {
    const ours = await backFrom(wire, one, theirs);
    trips.push({ ...facts, beside: 'client', parts: compare(ours, theirs, around) });
  }
  // Of an error nothing goes back, nor of an answer that can be read in two ways.
  const isPlain = !expected.error && !['text', 'toolCalls'].every((field) => expected.ambiguous?.includes(field));
  if (isPlain) {
    const came = cameIn(expected);
    const ours = await backFrom(wire, one, came);
    const compared = { ...ours, signatures: [], provider: [], results: [] };
    trips.push({ ...facts, beside: 'answer', parts: compare(compared, came, around) });
  }
  return trips;
}

async function backFrom(wire: string, one: Recorded, { results }: Said): Promise<Said> {
  const outputs = results.map(({ output }) => output);
  return saidIn(wire, await nextRequest(modelOf(wire, one.provider), one, outputs));
}

function circumstances(wire: string, { provider, expected }: Recorded): Circumstances {
  const { error, extra, toolCalls, ambiguous = [] } = expected;
  return {
    wire,
    provider,
    refused: extra.refusal !== undefined,
    failed: error !== undefined,
    takenOut: ambiguous.includes('text'),
    given: toolCalls.map(({ id }) => id),
  };
}

/** What an answer says, as the recordings tell it. */
function cameIn({ text, reasoning, toolCalls }: Expected): Said {
  const calls = toolCalls.map(({ id, name, arguments: value, argumentsRaw: raw }) => {
    return { id: id ?? undefined, name, arguments: value ?? raw };
  });
  return { text, thinking: reasoning, signatures: [], calls, provider: [], results: [] };
}

/** What the recorded client sent of the answer in its next request, where that was recorded. */
function clientAfter(wire: string, name: string): Said | undefined {
  const next = name.replace(/(\d+)((?:\.stream)?)$/, (_, number, rest) => `${Number(number) + 1}${rest}`);
  const file = join(root, wire, next, 'request.json');
  if (next === name || !existsSync(file)) return undefined;
  return saidIn(wire, JSON.parse(readFileSync(file, 'utf8')));
}
