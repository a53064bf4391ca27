import { argumentsFor } from './arguments.ts';
import { clauseOf, beginsWish, topicsOf, withoutPoliteness } from './clause.ts';
import type { Clause } from './clause.ts';
import { asksToCompose, composingNote } from './composing.ts';
import { piecesOf } from './clauses.ts';
import type { Piece } from './clauses.ts';
import { matchOf } from './match.ts';
import type { Candidate } from './match.ts';
import { mentionsIn, quotedPattern, unquoted } from './mention.ts';
import { contentMarker } from './text-phrases.ts';
import { resolved } from './pronoun.ts';
import type { Tool } from './tool.ts';
import { intentsOf, readingIntents, singular, wordsOf } from './words.ts';

/** A tool call that the words ask for. */
export interface DemoCall {
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** A call that cannot be made, because a required argument is not told. */
export interface Ask {
  readonly tool: Tool;
  readonly missing: readonly string[];
}

/** What the words ask for: calls that may go together, one batch after another, and what stays open. */
export interface Plan {
  readonly batches: readonly (readonly DemoCall[])[];
  readonly asks: readonly Ask[];
  readonly notes: readonly string[];
  /** Orders that no tool can follow. */
  readonly unable: readonly string[];
}

/** What the person says, and what "it" and "the orders" may mean. */
export interface Saying {
  readonly text: string;
  readonly tools: readonly Tool[];
  /** Files and ids that were spoken of just before. */
  readonly earlier?: readonly string[];
  /** File names seen in the conversation. */
  readonly known?: readonly string[];
  /** An answer to a question of ours: the tool it is for, and the arguments it gives. */
  readonly answered?: { readonly tool: string; readonly given: Readonly<Record<string, unknown>> };
}

/** Decides what to call; a pure function of the words and the tools. */
export function planFor(saying: Saying): Plan {
  const steps = withoutRepeats(stepsOf(saying));
  const batches: Step[][] = [];
  for (const step of steps.filter(({ call }) => call !== undefined)) {
    const batch = batches.at(-1);
    if (batch === undefined || mustWait(step, batch)) batches.push([step]);
    else batch.push(step);
  }
  return {
    batches: batches.map((batch) => batch.flatMap(({ call }) => (call === undefined ? [] : [call]))),
    asks: steps.flatMap(({ ask }) => (ask === undefined ? [] : [ask])),
    unable: steps.flatMap(({ unable }) => (unable === undefined ? [] : [unable])),
    notes: [...new Set(steps.flatMap(({ note }) => (note === undefined ? [] : [note])))],
  };
}

/** "Read a.csv and tell me what is in it" looks once. */
function withoutRepeats(steps: readonly Step[]): readonly Step[] {
  const key = ({ call }: Step): string => JSON.stringify([call?.name, call?.arguments]);
  return steps.filter(
    (step, at) => !step.reading || !step.call || steps.findIndex((other) => key(other) === key(step)) === at,
  );
}

interface Step {
  readonly later: boolean;
  readonly objects: readonly string[];
  readonly reading: boolean;
  readonly call?: DemoCall;
  readonly ask?: Ask;
  readonly note?: string;
  readonly unable?: string;
}

/** What touches the same thing, or is said to come later, waits for the results before it. */
function mustWait(step: Step, batch: readonly Step[]): boolean {
  return batch.some((former) => {
    if (former.reading && step.reading) return false;
    if (step.objects.some((object) => former.objects.includes(object))) return true;
    if (step.objects.length > 0 && former.objects.length > 0) return false;
    return step.later || (!former.reading && step.reading);
  });
}

function stepsOf(saying: Saying): readonly Step[] {
  const { tools } = saying;
  const complete = (text: string): boolean => matchOf(clauseOf(text, tools), tools)?.found.missing.length === 0;
  const pieces = piecesOf(
    withoutPoliteness(/^"[^"]*"$/.test(saying.text.trim()) ? unquoted(saying.text.trim()) : saying.text),
    {
      wishes: (text) => beginsWish(text, tools),
      complete,
      acts: (text) => acts(clauseOf(text, tools)),
    },
  );
  const spoken = withObjects(pieces, saying);
  const hypothetical = pieces.some(({ text }) => isHypothetical(text));
  const conditional =
    pieces.length > 1 && pieces.some(({ text }) => condition.test(text.trim()) && !text.includes('?'));
  return spoken.map((piece) => {
    const step = stepOf(piece, saying);
    if (isHypothetical(piece.text) && speaksOfActing(piece.text))
      return { later: false, objects: [], reading: true, note: hypotheticalNote };
    if (step.reading && step.call !== undefined && !conditional && !(hypothetical && spoken.length > 1)) return step;
    if (step.call === undefined && step.ask === undefined && step.unable === undefined) return step;
    const note = hypothetical ? hypotheticalNote : conditional ? conditionNote : doubtIn(piece.text, tools);
    return note === undefined ? step : { later: step.later, objects: [], reading: true, note };
  });
}

/** Replaces `it` and `them` in each piece by what was spoken of before. */
function withObjects(pieces: readonly Piece[], saying: Saying): readonly Piece[] {
  const own: string[] = [];
  return pieces.flatMap((piece) => {
    const acting = acts(clauseOf(piece.text, saying.tools));
    const texts = resolved(piece.text, { own, earlier: saying.earlier ?? [], acting });
    own.push(...texts.flatMap(objectsIn));
    return texts.map((text) => ({ ...piece, text }));
  });
}

function stepOf(piece: Piece, saying: Saying): Step {
  const { tools, answered } = saying;
  const clause = clauseOf(piece.text, tools);
  const base = { later: piece.later, objects: objectsIn(piece.text), reading: true };
  if (clause.kind === 'negated')
    return answered === undefined ? { ...base, note: 'All right, I will leave that alone.' } : base;
  if (asksToCompose(clause)) return { ...base, note: composingNote };
  const matched = matchOf(clause, tools);
  const match =
    matched === undefined || matched.tool.intent === 'list' ? (guessFile(clause, saying) ?? matched) : matched;
  if (match === undefined) return acts(clause) ? { ...base, unable: wordsOfOrder(clause) } : base;
  if (answered !== undefined && answered.tool !== match.tool.name) return base;
  const found = answered === undefined ? match.found : argumentsFor(match.tool, clause, answered.given);
  const { name, reading } = match.tool;
  if (found.missing.length === 0) return { ...base, reading, call: { name, arguments: found.values } };
  return { ...base, reading, ask: { tool: match.tool, missing: found.missing.map(({ label }) => label) } };
}

/** "show me the orders", when a file `orders.csv` was seen: a look may be guessed. */
function guessFile(clause: Clause, { tools, known = [] }: Saying): Candidate | undefined {
  if (acts(clause) || clause.kind === 'other') return undefined;
  const topics = topicsOf(clause);
  const file = known.find((name) => topics.includes(singular(/([^/]*?)(?:\.\w+)?$/.exec(name)?.[1] ?? '')));
  return file === undefined ? undefined : matchOf(clauseOf(`read ${file}`, tools), tools);
}

function acts(clause: Clause): boolean {
  const reads = readingIntents.some((intent) => clause.intents[intent] !== undefined);
  return clause.kind === 'order' && !reads;
}

function objectsIn(text: string): readonly string[] {
  return mentionsIn(text)
    .filter(({ kind }) => kind === 'file' || kind === 'id')
    .map(({ value }) => value);
}

function wordsOfOrder({ text }: Clause): string {
  const words = text.replace(/[.!?]+$/, '');
  return words.length > 60 ? `${words.slice(0, 57)}...` : words;
}

const hypotheticalNote = 'That sounds like a question, so I did nothing. Say it as an order, and I will do it.';
const conditionNote =
  'I cannot weigh conditions, so I did nothing about that. Tell me the step itself, and I will take it.';

const choiceNote = 'I cannot choose among things safely, so I did nothing about that. Name exactly what you mean.';

const condition = /^(?:if|unless|when(?:ever)?|once|until|in case|as soon as|before|after)\s/i;

function speaksOfActing(text: string): boolean {
  const acting = (word: string): boolean => {
    const intents = intentsOf(word);
    return Object.keys(intents).length > 0 && readingIntents.every((intent) => intents[intent] === undefined);
  };
  return wordsOf(text).some(acting);
}

/** A condition or a choice inside an order; quoted and free text, and commands, may say `if` and `or`. */
function doubtIn(text: string, tools: readonly Tool[]): string | undefined {
  if (clauseOf(text, tools).intents.run !== undefined) return undefined;
  const marker = contentMarker.exec(text);
  const plain = (marker === null ? text : text.slice(0, marker.index)).replace(new RegExp(quotedPattern, 'gu'), ' ');
  if (/\s(?:if|unless|until|whenever|when|in case|as soon as)\s/i.test(plain)) return conditionNote;
  return /\s(?:or|except|but|other than|besides|apart from|instead of|rather than|not)\s/i.test(plain)
    ? choiceNote
    : undefined;
}

/** A question about doing is no order to do it. */
function isHypothetical(text: string): boolean {
  return /^(?:what (?:if|would|will|could|might|happens?)|how (?:do|can|would|could|should|to)\b|should|could i|can i|may i|am i|why|did|does|do you|have you|has|was|were|would|is it|are you|i (?:might|may|could|wonder|think|thought))\b/i.test(
    withoutPoliteness(text),
  );
}
