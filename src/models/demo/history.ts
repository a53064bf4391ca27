import { plainly } from './alias.ts';
import { clauseOf } from './clause.ts';
import { matchOf } from './match.ts';
import { filesIn, mentionsIn } from './mention.ts';
import type { DemoCall, Saying } from './plan.ts';
import { fit } from './property.ts';
import type { Outcome } from './result-text.ts';
import { isRecord, parse, textOf } from './request.ts';
import type { DemoMessage } from './request.ts';
import { smallTalk } from './small-talk.ts';
import type { Tool } from './tool.ts';

/** What a conversation says about the answer that is due. */
export interface History {
  /** The results came last: they are to be told. */
  readonly resultsLast: boolean;
  /** Results that nobody has told yet. */
  readonly outcomes: readonly Outcome[];
  /** Calls made since the last word of the person. */
  readonly made: readonly DemoCall[];
  readonly saying: Saying;
  readonly known: readonly string[];
}

/** Reads a conversation. */
export function historyOf(messages: readonly DemoMessage[], tools: readonly Tool[]): History {
  const said = messages.findLastIndex(({ role }) => role === 'user');
  const resultsLast = messages.at(-1)?.role === 'tool';
  const known = knownFiles(messages);
  const before = messages.slice(0, Math.max(said, 0));
  return {
    resultsLast,
    outcomes: outcomesOf(resultsLast ? messages : before),
    made: messages.slice(said + 1).flatMap(callsOf),
    saying: { ...sayingOf(messages, said, tools), earlier: objectsBefore(before), known, tools },
    known,
  };
}

/** The results at the end of these messages, with their calls. */
function outcomesOf(messages: readonly DemoMessage[]): readonly Outcome[] {
  const last = messages.findLastIndex(({ role }) => role !== 'tool');
  const caller = messages[last];
  if (last === messages.length - 1 || caller?.role !== 'assistant') return [];
  const results = messages.slice(last + 1);
  return (caller.tool_calls ?? []).flatMap((call) => {
    const result = results.find((message) => message.tool_call_id === call.id);
    if (result === undefined) return [];
    return [{ name: call.function.name, arguments: argumentsIn(call.function.arguments), result: textOf(result) }];
  });
}

type Words = Pick<Saying, 'text' | 'answered'>;

/** The words of the person; the answers to our questions are put to the words that we asked about. */
function sayingOf(messages: readonly DemoMessage[], said: number, tools: readonly Tool[]): Words {
  const spoken = messages[said];
  if (spoken === undefined) return { text: '' };
  const text = plainly(heard(spoken), tools);
  const before = messages[said - 1];
  const question = before?.role === 'assistant' ? textOf(before) : '';
  const meant = /^Did you mean "([^]+)"\?$/.exec(question)?.[1];
  if (meant !== undefined && /^(?:yes|y|yep|yeah|sure|ok|okay|right|i did)[.!]?$/i.test(text.trim())) {
    return { text: meant };
  }
  const earlier = messages.slice(0, said).findLastIndex(({ role }) => role === 'user');
  const answered = earlier < 0 ? undefined : answeredIn(question, text, tools);
  if (answered === undefined) return { text };
  const original = sayingOf(messages, earlier, tools);
  return {
    text: original.text,
    answered: { tool: answered.tool, given: { ...original.answered?.given, ...answered.given } },
  };
}

/** What the text answers, when the question was ours. */
function answeredIn(question: string, text: string, tools: readonly Tool[]): Saying['answered'] {
  const asked = /I would use (\S+), but which ([^?]+)\?\s*$/.exec(question);
  const label = asked?.[2]?.split(' and which ')[0];
  const tool = tools.find(({ name }) => name === asked?.[1]);
  const property = tool?.properties.find((each) => each.label === label);
  if (tool === undefined || property === undefined || !isAnswer(text, property.role === 'content', tools))
    return undefined;
  const value = fit(answerIn(text, property.role), property.schema);
  return value === undefined ? undefined : { tool: tool.name, given: { [property.name]: value } };
}

/** The rules' patterns are slow on very long gaps: a wide one counts as one space. */
function heard(message: DemoMessage): string {
  return textOf(message)
    .replace(/\s{80,}/g, ' ')
    .slice(0, 4_001);
}

/** A new wish is no answer, nor is "never mind". */
function isAnswer(text: string, free: boolean, tools: readonly Tool[]): boolean {
  if (smallTalk(text, [], []) !== undefined) return false;
  const clause = clauseOf(text, tools);
  if (clause.kind === 'negated' || /\?\s*$/.test(text)) return false;
  const match = matchOf(clause, tools);
  if (clause.kind === 'other') return free || text.trim().split(/\s+/).length <= 6;
  return free && match === undefined;
}

function answerIn(text: string, role: string): string {
  const mentions = mentionsIn(text);
  const named =
    role === 'path'
      ? mentions.find(({ kind }) => kind === 'file')
      : role === 'id'
        ? mentions.find(({ kind }) => kind === 'id')
        : undefined;
  const quoted = mentions.length === 1 ? mentions.find(({ kind }) => kind === 'quoted') : undefined;
  return (
    (named ?? quoted)?.value ??
    text
      .trim()
      .replace(/^(?:to|in|at|it is|it's|the)\s+/i, '')
      .replace(/[.!]$/, '')
  );
}

/** Files and ids of the last turn before that named any. */
function objectsBefore(messages: readonly DemoMessage[]): readonly string[] {
  const found: string[] = [];
  for (const message of messages.toReversed()) {
    const texts = [
      message.role === 'user' ? textOf(message) : '',
      ...callsOf(message).flatMap((call) => Object.values(call.arguments)),
    ];
    const objects = texts
      .flatMap((text) => (typeof text === 'string' ? mentionsIn(text) : []))
      .filter(({ kind }) => kind === 'file' || kind === 'id');
    found.unshift(...objects.map(({ value }) => value));
    if (message.role === 'user' && found.length > 0) break;
  }
  return [...new Set(found)];
}

function knownFiles(messages: readonly DemoMessage[]): readonly string[] {
  const spoken = messages
    .filter(({ role }) => role === 'tool' || role === 'user')
    .map((message) => textOf(message).slice(0, 5_000));
  const separate = spoken.map((text) => text.replace(/[",[\]{}:]+/g, ' '));
  return [...new Set(separate.toReversed().flatMap(filesIn))].slice(0, 100);
}

function callsOf(message: DemoMessage): readonly DemoCall[] {
  return (message.tool_calls ?? []).map((call) => ({
    name: call.function.name,
    arguments: argumentsIn(call.function.arguments),
  }));
}

function argumentsIn(json: string): Readonly<Record<string, unknown>> {
  const value = parse(json);
  return isRecord(value) ? value : {};
}
