import type { Changes, StoredPart } from '../../conversation/changes.ts';
import type { FilePart, FileSource, Origin } from '../../conversation/content.ts';
import type { DecisionRecord } from '../../conversation/decision.ts';
import type { ChatEvent } from '../../conversation/event.ts';
import type { Json } from '../../conversation/json.ts';
import type { Part } from '../../conversation/part.ts';
import type { LateEvidence } from '../../conversation/attempt.ts';
import type { CallStanding, ToolCall, ToolCallChange } from '../../conversation/tool-call.ts';

/** What takes the place of a value that may be big: the value itself where nothing does. */
export interface Exchange {
  file(source: FileSource): FileSource;
  value(value: unknown): unknown;
}

/** What an append or deltas say. */
export type Said = { readonly events: readonly ChatEvent[] } & Partial<
  Pick<Changes, 'messages' | 'calls' | 'decisions'>
>;

/**
 * Exchanges whatever may be big in what is to be stored: the sources of files, what calls came to, and what providers want
 * back. Everything else is what the fold, the policies and the people who decide look at. What did not change is given back
 * as it was.
 */
export function exchanged<Some extends Said>(said: Some, exchange: Exchange): Some {
  // The output of a run is what its end tells, whoever tells it.
  const finals = new Set((said.calls ?? []).flatMap(({ call }) => (call.final ? [call.id] : [])));
  const inCall = <Call extends ToolCall | ToolCallChange>(call: Call): Call =>
    finals.has(call.id) || call.final ? call : callWith(call, exchange);
  return merged(said, {
    events: each(said.events, (event) => eventWith(event, exchange, inCall)),
    ...(said.messages && {
      messages: each(said.messages, (one) =>
        merged(one, { parts: each(one.parts, (part) => partWith(part, exchange)) }),
      ),
    }),
    ...(said.calls && { calls: each(said.calls, (one) => merged(one, { call: inCall(one.call) })) }),
    ...(said.decisions && { decisions: each(said.decisions, (one) => recordWith(one, exchange)) }),
  } as Partial<Some>);
}

type InCall = <Call extends ToolCall | ToolCallChange>(call: Call) => Call;

function eventWith(event: ChatEvent, exchange: Exchange, inCall: InCall): ChatEvent {
  switch (event.type) {
    case 'message': {
      const parts = each(event.message.parts, (part) =>
        partWith<Part>(part.type === 'tool' ? merged(part, { call: inCall(part.call) }) : part, exchange),
      );
      return merged(event, { message: merged(event.message, { parts }) });
    }
    case 'file':
    case 'source':
      return merged(event, { value: partWith(event.value, exchange) });
    case 'text':
    case 'reasoning':
      return originWith(event, exchange);
    case 'tool': {
      const told = originWith(event, exchange);
      return told.message === undefined
        ? merged(told, { call: inCall(told.call) })
        : merged(told, { call: inCall(told.call) });
    }
    default:
      return event;
  }
}

function partWith<Any extends StoredPart | Part>(given: Any, exchange: Exchange): Any {
  const part = originWith(given, exchange);
  return part.type === 'file' ? (merged<FilePart>(part, { source: exchange.file(part.source) }) as Any) : part;
}

/** What a provider wants back verbatim: the results of its own tools, for one. */
function originWith<Any extends object>(of: Any, exchange: Exchange): Any {
  const { origin } = of as { readonly origin?: Origin };
  if (!origin) return of;
  return merged(of, {
    origin: merged(origin, { data: exchange.value(origin.data) as Json }),
  } as object as Partial<Any>);
}

function callWith<Call extends ToolCall | ToolCallChange>(call: Call, exchange: Exchange): Call {
  const { decisions, lateEvidence } = call;
  const completed = completionOf(call);
  return merged(call, {
    ...(completed && { output: exchange.value(completed.output) }),
    ...(completed?.content && { content: each(completed.content, (part) => partWith(part, exchange)) }),
    ...(decisions && { decisions: each(decisions, (one) => recordWith(one, exchange)) }),
    ...(lateEvidence && { lateEvidence: each(lateEvidence, (one) => evidenceWith(one, exchange)) }),
  } as Partial<Call>);
}

function completionOf(standing: CallStanding): Extract<CallStanding, { state: 'completed' }> | undefined {
  return standing.state === 'completed' ? standing : undefined;
}

function recordWith<Any extends DecisionRecord>(record: Any, exchange: Exchange): Any {
  const { decision } = record;
  if (!('output' in decision)) return record;
  return merged(record, { decision: merged(decision, { output: exchange.value(decision.output) }) } as Partial<Any>);
}

function evidenceWith(evidence: LateEvidence, exchange: Exchange): LateEvidence {
  const { outcome } = evidence;
  if (!('completed' in outcome)) return evidence;
  return merged(evidence, { outcome: merged(outcome, { completed: exchange.value(outcome.completed) }) });
}

/** The same list when nothing in it changed. */
function each<Item>(items: readonly Item[], exchange: (item: Item) => Item): readonly Item[] {
  const made = items.map(exchange);
  return made.some((item, index) => item !== items[index]) ? made : items;
}

/** The same record when nothing in it changed. */
function merged<Any extends object>(record: Any, members: Partial<Any>): Any {
  const names = Object.keys(members) as (keyof Any)[];
  return names.some((name) => members[name] !== record[name]) ? { ...record, ...members } : record;
}
