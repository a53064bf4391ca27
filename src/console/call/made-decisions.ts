import { signal } from '@preact/signals';
import type { Client } from '../../client/client.ts';
import { decidedBy } from '../../client/decided.ts';
import type { Decided } from '../../client/decided.ts';
import { decideAbout } from '../../client/deciding.ts';
import type { Decision } from '../../conversation/decision.ts';
import type { GrantWish } from '../../conversation/grant-offer.ts';
import { seenOf } from '../../conversation/seen.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';

/** A decision that was made in this page: on its way, or with what became of it. */
export interface MadeDecision extends Wanted {
  /** Absent while it is on its way. */
  readonly decided?: Decided;
}

/** What somebody wants of a call. */
export interface Wanted {
  readonly decision: Decision;
  /** What is to be granted with it. */
  readonly grant?: GrantWish | undefined;
}

/** A call, where it stands, and the digest of what is shown of it. */
export interface ShownCall {
  readonly thread: string;
  readonly call: ToolCall;
  /** Default: of the call as it is. */
  readonly seen?: string | undefined;
}

const made = signal<ReadonlyMap<string, MadeDecision>>(new Map());
/** A page decides for as long as it is there. */
const always = new AbortController().signal;

/** The last decision about a call that was made in this page. */
export function madeAbout({ thread, call }: ShownCall): MadeDecision | undefined {
  return made.value.get(nameOf(thread, call));
}

/** Decides about a call as it is shown. While a decision about it is on its way, another one is not sent. */
export async function decide(client: Client, shown: ShownCall, { decision, grant }: Wanted): Promise<void> {
  const { thread, call, seen = seenOf(call) } = shown;
  const known = madeAbout(shown);
  if (known && !known.decided) return;
  const wanted = { decision, ...(grant && { grant }) };
  note(nameOf(thread, call), wanted);
  const choice = { call: call.id, seen, ...wanted };
  const decided = await decidedBy(() => decideAbout({ thread, choice }, client, { signal: always }), call);
  note(nameOf(thread, call), { ...wanted, decided });
}

/** So many decisions are on their way at once. */
const mostAtOnce = 4;

/** Decides the same about many calls. */
export async function decideAll(client: Client, all: readonly ShownCall[], decision: Decision): Promise<void> {
  const rest = [...all];
  const work = async (): Promise<void> => {
    for (let next = rest.shift(); next; next = rest.shift()) await decide(client, next, { decision });
  };
  await Promise.all(Array.from({ length: mostAtOnce }, work));
}

/** The call as it is known best: an answer may be ahead of what the page is told. */
export function newestOf(shown: ShownCall): ToolCall {
  const decided = madeAbout(shown)?.decided;
  const { call } = shown;
  return decided && 'call' in decided && decided.call.revision > call.revision ? decided.call : call;
}

function note(name: string, one: MadeDecision): void {
  made.value = new Map(made.value).set(name, one);
}

function nameOf(thread: string, { id }: ToolCall): string {
  return `${thread} ${id}`;
}
