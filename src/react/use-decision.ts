import { useMemo, useRef, useState, useSyncExternalStore } from 'react';
import type { RefObject } from 'react';
import type { Client } from '../client/client.ts';
import type { Decision, DecisionRecord } from '../conversation/decision.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import { decidedBy } from '../client/decided.ts';
import type { Decided } from '../client/decided.ts';
import { offersOn } from '../client/offers.ts';
import type { DecisionType } from '../client/offers.ts';
import { useClient } from './provider.ts';

/** A call as it is shown, and its thread; an item of an inbox is one. */
export interface ShownCall<Call extends ToolCall = ToolCall> {
  readonly thread: string | { readonly id: string };
  readonly call: Call;
}

/** What may be decided about a call of this type. */
export type DecisionOn<Call extends ToolCall> = Decision<Exclude<Call['input'], undefined>, OutputIn<Call>>;

type OutputIn<Call extends ToolCall> = [Extract<Call, { readonly state: 'completed' }>] extends [never]
  ? unknown
  : Extract<Call, { readonly state: 'completed' }>['output'];

/** A decision that is to be made, is on its way, or was answered. */
export interface DecisionView<Call extends ToolCall> {
  /** What may be decided now: nothing when the call waits for nobody. */
  readonly offers: readonly DecisionType[];
  /** Decides about the call as it is shown. While a decision is on its way, another one is not sent. Never throws. */
  readonly decide: (decision: DecisionOn<Call>) => Promise<Decided>;
  readonly isPending: boolean;
  /** What became of the last decision that was made here. */
  readonly answer?: Decided;
  /** The newest decision about the call that is known, by whomever: who and what only to those who may decide. */
  readonly latest?: Partial<DecisionRecord>;
}

/**
 * The decision about a call that waits.
 *
 * @example
 * const { offers, decide, isPending, answer } = useDecision({ thread, call });
 */
export function useDecision<Call extends ToolCall>({ thread, call }: ShownCall<Call>): DecisionView<Call> {
  const client = useClient();
  const id = typeof thread === 'string' ? thread : thread.id;
  const isEarly = useIsBefore(call.state === 'in-doubt' ? call.attempt?.deadline : undefined);
  const offers = useMemo(() => offersOn(call, isEarly), [call, isEarly]);
  const [made, setMade] = useState<Made>(none);
  // It is a component's own, and a component may be handed another call.
  const { isPending, answer } = made.thread === id && made.call === call.id ? made : none;
  const sending = useRef<Sending | undefined>(undefined);
  const decide = useMemo(
    () => (decision: DecisionOn<Call>) => once(sending, { thread: id, call, decision, client, tell: setMade }),
    [client, id, call],
  );
  return useMemo(() => {
    const latest = call.decisions?.at(-1) ?? (answer?.type === 'already' ? answer.earlier : undefined);
    return { offers, decide, isPending, ...(answer && { answer }), ...(latest && { latest }) };
  }, [call, offers, decide, isPending, answer]);
}

interface Made {
  readonly thread?: string;
  readonly call?: string;
  readonly isPending: boolean;
  readonly answer?: Decided;
}

const none: Made = { isPending: false };

interface Sending {
  readonly call: string;
  readonly thread: string;
  readonly decided: Promise<Decided>;
}

interface Deciding {
  readonly thread: string;
  readonly call: ToolCall;
  readonly decision: Decision;
  readonly client: Client;
  readonly tell: (made: Made) => void;
}

/** Two clicks before a page has rendered are one decision. */
function once(sending: RefObject<Sending | undefined>, about: Deciding): Promise<Decided> {
  const { thread, call, decision, client, tell } = about;
  const { current } = sending;
  if (current?.call === call.id && current.thread === thread) return current.decided;
  tell({ thread, call: call.id, isPending: true });
  const decided = decidedBy(() => client.thread(thread).decide(call, decision), call).then((answer) => {
    if (sending.current?.decided === decided) {
      sending.current = undefined;
      tell({ thread, call: call.id, isPending: false, answer });
    }
    return answer;
  });
  sending.current = { thread, call: call.id, decided };
  return decided;
}

/** Whether it is before this time, in milliseconds since the epoch; rendered anew when it has come. */
function useIsBefore(time = 0): boolean {
  const subscribe = useMemo(() => (listener: () => void) => whenReached(time, listener), [time]);
  return useSyncExternalStore(
    subscribe,
    () => Date.now() < time,
    () => time > 0,
  );
}

function whenReached(time: number, listener: () => void): () => void {
  let timer: ReturnType<typeof setTimeout>;
  const wait = (): void => {
    timer = setTimeout(look, Math.min(Math.max(0, time - Date.now()), longest));
  };
  // A timer may fire a millisecond early.
  const look = (): void => (Date.now() < time ? wait() : listener());
  wait();
  return () => clearTimeout(timer);
}

/** A timer of more milliseconds fires at once. */
const longest = 2 ** 31 - 1;
