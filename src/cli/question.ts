import { isOpen, missingApprovals } from '../conversation/requirement.ts';
import type { Requirement } from '../conversation/requirement.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import { barred, callText } from './call-text.ts';
import { changeRows } from './change-rows.ts';
import { rowsOf } from './columns.ts';
import { lookAlikes } from '../wire/look-alikes.ts';
import { clip, fold, visible, visibleLines } from '../wire/plain-text.ts';
import type { Fold, Folded } from '../wire/plain-text.ts';
import { choicesOf } from './spoken-output.ts';
import type { Style } from './style.ts';
import { clockText, spanText } from './time-text.ts';

/** A call that somebody must say something about, and how it is to be shown. */
export interface Asked {
  readonly call: ToolCall;
  /** Which of how many, such as `2 of 3`; empty when it is the only one. */
  readonly place: string;
  /** Show everything: nothing folded. */
  readonly all: boolean;
  /** Columns of the screen. */
  readonly width: number;
  readonly style: Style;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** What is asked, with why, what exactly and what it would do. What is folded must be unfolded once before it may be approved (rule X5). */
export function questionText(asked: Asked): Folded {
  const { call, style, place, all } = asked;
  const width = asked.width - 4;
  const title = titleOf(call);
  const shown = callText(call, { width, taken: title.length + place.length + 8, all });
  const preview = previewText(asked, width);
  const [name = '', ...values] = shown.lines;
  const where = place === '' ? '' : style.dim(`  (${place})`);
  const lines = [
    `${style.yellow('?')} ${style.bold(title)} ${style.cyan(name)}${where}`,
    ...values.map((line) => `  ${flagged(line, style)}`),
    ...reasonsFor(asked).flatMap((line) => hanging(line, width).map((row) => `  ${style.dim(row)}`)),
    ...preview.lines,
    ...questionLines(call, width).map((line) => `  ${line}`),
  ];
  return { lines, folded: shown.folded || preview.folded };
}

function titleOf({ state }: ToolCall): string {
  switch (state) {
    case 'in-doubt':
      return 'In doubt:';
    case 'awaiting-input':
      return 'You are asked by';
    case 'awaiting-result':
      return 'Done elsewhere:';
    default:
      return 'May it do this?';
  }
}

function reasonsFor({ call, now }: Asked): readonly string[] {
  switch (call.state) {
    case 'in-doubt':
      return doubtLines(call, now);
    case 'awaiting-result':
      return ['It waits for its result from elsewhere. If you know it, you can give it.'];
    case 'awaiting-input':
      return [];
    default:
      return [
        ...timeLines(call, now),
        ...changeLines(call),
        ...(call.requirements ?? []).map((one) => demandText(one, now)),
        ...signed(call),
      ];
  }
}

function timeLines(call: ToolCall, now: number): readonly string[] {
  if (call.state !== 'deferred' && call.state !== 'snoozed') return [];
  return [`It waits until ${clockText(call.until, now)}, in ${spanText(call.until - now)}. You can decide now.`];
}

function changeLines(call: ToolCall): readonly string[] {
  if (call.state !== 'awaiting-approval' || !call.because) return [];
  return call.because === 'tool-missing'
    ? [`It waits because there is no tool named ${visible(call.name)} here.`]
    : ['It is asked again because the tool was changed since.'];
}

function demandText({ reason, risk, expiresAt, approvers, quorum }: Requirement, now: number): string {
  const words = `Asked because ${clip(visible(reason ?? 'whatever may change something asks first'), 1_000)}`;
  const kind = risk === undefined ? '' : ` (risk: ${visible(risk)})`;
  const time = expiresAt === undefined ? '' : `; open until ${clockText(expiresAt, now)}`;
  const who = approvers === undefined ? '' : ` For ${listed(approvers)} to decide.`;
  const many = quorum === undefined ? '' : ` ${quorum} people have to approve.`;
  return `${words}${kind}${time}.${who}${many}`;
}

/** Who has agreed already, while others still have to. */
function signed({ decisions = [], requirements = [] }: ToolCall): readonly string[] {
  const names = decisions.flatMap(({ decision, by }) => (decision.type === 'approve' && by !== undefined ? [by] : []));
  if (names.length === 0) return [];
  const open = requirements.filter(isOpen).flatMap((one) => {
    const missing = missingApprovals(one);
    const names = one.approvers ? listed(one.approvers) : 'anybody';
    return missing > 1 || one.given ? [`${missing} more of ${names}`] : (one.approvers ?? []);
  });
  return [`Approved by ${listed(names, 'and')}; it still needs ${open.length > 0 ? listed(open) : 'a word more'}.`];
}

/** What is known of a call in doubt, and until when only "it happened" is believed (rule E2). */
function doubtLines(call: ToolCall & { state: 'in-doubt' }, now: number): readonly string[] {
  const { attempt } = call;
  const begun = attempt
    ? `Attempt ${attempt.number} was started at ${clockText(attempt.startedAt, now)}, ${spanText(now - attempt.startedAt)} ago; `
    : '';
  const left = millisecondsLeft(call, now);
  return [
    `${begun}${clip(visible(call.reason), 1_000)}. Nobody knows whether it took effect.`,
    'Look where it would show, then say what you found. ' +
      (left > 0
        ? `What ran it might still act, until ${clockText(now + left, now)}: before that, only "it happened" is believed.`
        : attempt
          ? 'What ran it cannot act any more.'
          : 'If anything ran it, nothing is known of that here: be sure that no process of then is left.'),
  ];
}

/** Milliseconds during which an old attempt may still act (rule E2). */
export function millisecondsLeft(call: ToolCall, now: number): number {
  return Math.max(0, (call.attempt?.deadline ?? 0) - now);
}

/** The question that a tool has for a person: somebody else's words, so behind a bar. */
function questionLines(call: ToolCall, width: number): readonly string[] {
  if (call.state !== 'awaiting-input') return [];
  const choices = choicesOf(call.schema).map((choice) => visible(String(choice)));
  return [
    ...barred(visibleLines(call.question).split('\n'), width),
    ...(choices.length === 0 ? [] : hanging(`One of: ${choices.join(', ')}`, width)),
  ];
}

/** What a policy shows of the effect, such as a diff: its lines as they are, invisible characters as escapes. */
function previewText({ call, style, all }: Asked, width: number): Folded {
  const previews = (call.requirements ?? []).flatMap(({ preview }) => (preview === undefined ? [] : [preview]));
  const text = visibleLines(previews.join('\n')).trimEnd();
  if (text === '') return { lines: [], folded: false };
  const { lines, rest }: Fold = all ? { lines: text.split('\n') } : fold(text, 40, 4_000);
  const flags = lookAlikes(text).flatMap((flag) => rowsOf(`    ! ${flag}`, width));
  return {
    lines: [
      ...changeRows(lines, { width, style }),
      ...(rest === undefined ? [] : [`    ${rest}`]),
      ...flags.map((flag) => style.red(flag)),
    ],
    folded: rest !== undefined,
  };
}

function flagged(line: string, style: Style): string {
  return line.startsWith('  ! ') ? style.red(line) : line;
}

/** A sentence in rows, of which all but the first stand further in. */
function hanging(sentence: string, width: number): readonly string[] {
  const rows: string[] = [];
  for (const word of sentence.split(' ')) {
    const row = rows.at(-1);
    if (row !== undefined && row.length + 1 + word.length <= width) rows[rows.length - 1] = `${row} ${word}`;
    else rows.push(...rowsOf(rows.length === 0 ? word : `  ${word}`, width));
  }
  return rows;
}

function listed(names: readonly string[], conjunction = 'or'): string {
  const shown = Array.from(new Set(names), visible);
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} ${conjunction} ${shown.at(-1)}`;
}
