import type { Model, ModelEvent } from '../../../src/chat/model.ts';
import { cut } from '../../../src/cli/recording.ts';
import { ChatError } from '../../../src/conversation/error.ts';
import { wires } from '../wires.ts';
import { disorder, flaws } from './form.ts';
import { secret } from './value.ts';

/** One answer to be read: its frames as bytes, and how they come. */
export interface Trial {
  readonly wire: string;
  readonly status: number;
  readonly contentType: string | undefined;
  readonly pieces: readonly Uint8Array[];
  /** Where the body is cut on its way; without it, it comes in one piece. */
  readonly cuts: number | undefined;
}

/** How it ended, and everything that was wrong on the way. */
export interface Verdict {
  /** `finish`, `no finish`, or the code of the error. */
  readonly end: string;
  readonly events: readonly ModelEvent[];
  readonly problems: readonly string[];
}

/** Reads an answer through the real model of its wire. */
export async function verdictOn(trial: Trial): Promise<Verdict> {
  const events: ModelEvent[] = [];
  const problems: string[] = [];
  let end = 'no finish';
  const { signal } = new AbortController();
  const settings = { headers: { authorization: `Bearer ${secret}` } };
  try {
    const batches = modelOf(trial).stream({ messages: [], tools: [], settings, signal, kept: new Map() });
    for await (const batch of batches) for (const event of 'type' in batch ? [batch] : batch) events.push(event);
    if (events.some(({ type }) => type === 'finish')) end = 'finish';
  } catch (error) {
    if (error instanceof ChatError) problems.push(...leaks(error), ...stumbles(error));
    else problems.push(`threw ${String(error)}`);
    end = error instanceof ChatError ? error.code : 'thrown';
  }
  problems.push(...events.flatMap(flaws), ...disorder(events));
  return { end, events, problems };
}

/** The model that is answered so. */
export function modelOf({ wire, status, contentType, pieces, cuts }: Trial): Model {
  const headers = { ...(contentType !== undefined && { 'content-type': contentType }) };
  const body = joined(pieces);
  const bodies = cuts === undefined ? [body] : cut(body, cuts);
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of bodies) controller.enqueue(piece);
      controller.close();
    },
  });
  return wires[wire]!(async () => new Response(stream, { status, headers }));
}

/** The whole body. */
export function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const body = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    body.set(piece, at);
    at += piece.length;
  }
  return body;
}

/** What a decoder threw that it had not meant to. */
function stumbles({ cause, code }: ChatError): readonly string[] {
  return code === 'invalid-response' && cause !== undefined ? [`the decoder threw ${String(cause)}`] : [];
}

/** Where an error tells what was sent in secret (rule X3), its causes included. */
function leaks(error: ChatError): readonly string[] {
  const told: string[] = [];
  for (let one: unknown = error; one instanceof Error && told.length < 9; one = one.cause) {
    const { message, stack } = one;
    for (const [name, value] of Object.entries({ ...one, message, stack })) {
      if (String(value).includes(secret)) told.push(`the error tells the secret in its ${name}`);
    }
  }
  return told;
}
