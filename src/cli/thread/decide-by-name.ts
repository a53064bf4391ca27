import type { DecisionAnswer } from '../../chat/types.ts';
import { readDecision } from '../../conversation/decision.ts';
import type { Decision } from '../../conversation/decision.ts';
import { ChatError } from '../../conversation/error.ts';
import { visible } from '../../wire/plain-text.ts';
import { refusalText } from '../refusal.ts';
import { spokenOutput } from '../spoken-output.ts';
import { printJson } from './command.ts';
import { needsTool } from './decider.ts';
import type { InboxSource } from './inbox-source.ts';

/** What belongs to a decision on the command line. */
export const decisionFlags = {
  reason: { type: 'string' },
  input: { type: 'string' },
  output: { type: 'string' },
  until: { type: 'string' },
  'not-before': { type: 'string' },
  seen: { type: 'string' },
  thread: { type: 'string' },
} as const;

type DecisionValues = { readonly [Flag in keyof typeof decisionFlags]?: string | undefined };

/** What `--help` says of them. */
export const decisionUsage: string = `  approve CALL [--input JSON] [--not-before TIME]    reject CALL [--reason WORDS]
  answer CALL --output RESULT                        snooze CALL --until TIME
  of a call in doubt: happened CALL [--output RESULT], did-not-happen, run-again, abandon CALL
  --seen DIGEST           counts only for what the list showed, which gives it; else it is stale
  --thread ID             where the call is, if it is decided already and the thread is an old one
`;

/** What was asked for on the command line. */
export interface Named {
  /** The decision, and the id of the call. */
  readonly words: readonly string[];
  readonly values: DecisionValues & { readonly rules?: string };
  /** The answer as JSON. */
  readonly isPlain: boolean;
}

/** Decides about the call that the command line names, and prints what became of that. Gives the exit code. */
export async function decideByName(source: InboxSource, { words, values, isPlain }: Named): Promise<number> {
  const [type = '', call, ...rest] = words;
  if (call === undefined || rest.length > 0) throw wrong(`yourcall inbox ${type} takes the id of one call.`);
  const decision = decisionFrom(type, values);
  const thread = await source.threadOf({ call, thread: values.thread });
  const { decider } = await source.place({ rules: values.rules, report: (sentence) => console.error(sentence) });
  if (needsTool(decision) && !decider.knows(thread.chat)) {
    throw wrong(`Deciding about ${call}: its tools are not known here; that has to be said where ${thread.chat} runs.`);
  }
  const answer = await decider.decide({ thread, call, decision, seen: values.seen });
  if (isPlain) printJson(answer);
  else
    console.log(
      `${answer.type}: ${visible(answer.call.name)} is ${answer.call.state}. ${await whyNot(source, answer)}`.trim(),
    );
  return answer.type === 'applied' ? 0 : 3;
}

async function whyNot(source: InboxSource, answer: DecisionAnswer): Promise<string> {
  return answer.type === 'applied' ? '' : refusalText(answer, await source.now());
}

function decisionFrom(type: string, values: DecisionValues): Decision {
  const { reason, input, output, until } = values;
  const given = {
    type,
    ...(reason !== undefined && { reason }),
    ...(input !== undefined && { input: jsonOf(input) }),
    ...(output !== undefined && { output: spokenOutput(output, undefined) }),
    ...(output === undefined &&
      type === 'happened' && { output: 'A person says that it happened. What it gave is not known.' }),
    ...(until !== undefined && { until }),
    ...(values['not-before'] !== undefined && { notBefore: values['not-before'] }),
  };
  const read = readDecision(given);
  if ('decision' in read) return read.decision;
  if (read.member === 'type') throw wrong(`${JSON.stringify(type)} is no decision; yourcall inbox --help lists them.`);
  throw wrong(`yourcall inbox ${type}: --${read.member === 'notBefore' ? 'not-before' : read.member} ${read.message}.`);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw wrong('--input takes the arguments as JSON.');
  }
}

function wrong(sentence: string): ChatError {
  return new ChatError('invalid-request', sentence);
}
