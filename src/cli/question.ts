import type { Requirement } from '../conversation/requirement.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import { callText } from './call-text.ts';
import type { Fold } from './plain-text.ts';
import { fold, mixedScripts, visible, visibleLines } from './plain-text.ts';
import type { Style } from './style.ts';

/** A call that somebody must decide about, and how it is to be shown. */
export interface Asked {
  readonly call: ToolCall;
  /** Which of how many, such as `2 of 3`; empty when it is the only one. */
  readonly place: string;
  /** Show everything: nothing folded. */
  readonly all: boolean;
  readonly width: number;
  readonly style: Style;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** A question as it stands on the screen. What is folded must be unfolded once before it may be approved (rule X5). */
export interface QuestionText {
  readonly lines: readonly string[];
  readonly folded: boolean;
}

/** What is asked, with why, what exactly and what it would do. */
export function questionText(asked: Asked): QuestionText {
  const { call, style, place } = asked;
  const shown = callText(call, asked);
  const preview = previewText(asked);
  const [name = '', ...values] = shown.lines;
  const title = call.state === 'in-doubt' ? 'In doubt:' : 'May it do this?';
  const where = place === '' ? '' : style.dim(`  (${place})`);
  const lines = [
    `${style.yellow('?')} ${style.bold(title)} ${style.cyan(name)}${where}`,
    ...values.map((line) => `  ${flagged(line, style)}`),
    ...reasons(asked).map((line) => `  ${line}`),
    ...preview.lines.map((line) => `    ${line}`),
  ];
  return { lines, folded: shown.folded || preview.folded };
}

/** What may be answered, as a prompt says it. */
export function choicesText({ call, now }: Asked, folded: boolean): string {
  if (call.state !== 'in-doubt') {
    const offered = call.requirements?.flatMap(({ decisions }) => (decisions ? [decisions] : [])) ?? [];
    const may = (decision: 'approve' | 'reject'): boolean => offered.every((list) => list.includes(decision));
    const words = [
      folded && '[v]iew all',
      may('approve') && '[y]es',
      may('reject') && '[n]o',
      may('approve') && '[e]dit',
    ];
    return [...words.filter((word) => word !== false), '[l]ater'].join(' ');
  }
  const seconds = secondsLeft(call, now);
  if (seconds > 0) return `[h]appened [l]ater (in ${seconds} s also [d]id not happen [r]un again [a]bandon)`;
  return '[h]appened [d]id not happen [r]un again [a]bandon [l]ater';
}

/** Seconds during which an old attempt may still act (rule E2). */
export function secondsLeft(call: ToolCall, now: number): number {
  return Math.max(0, Math.ceil(((call.attempt?.deadline ?? 0) - now) / 1_000));
}

function reasons({ call, style, now }: Asked): readonly string[] {
  if (call.state === 'in-doubt') return doubt(call, now);
  const changed =
    call.state === 'awaiting-approval' && call.because === 'tool-missing'
      ? [`It waits because there is no tool named ${visible(call.name)} here.`]
      : call.state === 'awaiting-approval' && call.because
        ? ['It is asked again because the tool was changed since.']
        : [];
  const demands = (call.requirements ?? []).map((requirement) => why(requirement, now));
  return [...changed, ...demands].map((line) => style.dim(line));
}

function why({ reason, risk, expiresAt }: Requirement, now: number): string {
  const words = `Asked because ${visible(reason ?? 'whatever may change something asks first')}`;
  const kind = risk === undefined ? '' : ` (risk: ${visible(risk)})`;
  const time = expiresAt === undefined ? '' : `; open for ${Math.max(0, Math.ceil((expiresAt - now) / 1_000))} s`;
  return `${words}${kind}${time}.`;
}

function doubt(call: ToolCall & { state: 'in-doubt' }, now: number): readonly string[] {
  const { attempt } = call;
  const begun = attempt ? `Attempt ${attempt.number} was started at ${timeText(attempt.startedAt)}; ` : '';
  const seconds = secondsLeft(call, now);
  const thaw = `What ran it may still be alive: it may be run again in ${seconds} s.`;
  return [
    `${begun}${visible(call.reason)}. Nobody knows whether it took effect.`,
    ...(seconds > 0 ? [thaw] : ['Look where it would show, then say what you found.']),
  ];
}

function timeText(time: number): string {
  return new Date(time).toISOString().replace('T', ' ').slice(0, 19).concat(' UTC');
}

/** What a policy shows of the effect, such as a diff: its lines as they are, invisible characters as escapes. */
function previewText({ call, style, all }: Asked): QuestionText {
  if (call.state === 'in-doubt') return { lines: [], folded: false };
  const previews = (call.requirements ?? []).flatMap(({ preview }) => (preview === undefined ? [] : [preview]));
  const text = visibleLines(previews.join('\n')).trimEnd();
  if (text === '') return { lines: [], folded: false };
  const { lines, rest }: Fold = all ? { lines: text.split('\n') } : fold(text, 40, 4_000);
  const flags = mixedScripts(text).map((flag) => style.red(`! ${flag}`));
  const block = lines.map((line) => `| ${coloured(line, style)}`);
  return { lines: [...block, ...(rest === undefined ? [] : [rest]), ...flags], folded: rest !== undefined };
}

function coloured(line: string, style: Style): string {
  if (line.startsWith('+')) return style.green(line);
  if (line.startsWith('-')) return style.red(line);
  return line.startsWith('@') ? style.cyan(line) : line;
}

function flagged(line: string, style: Style): string {
  return line.startsWith('  ! ') ? style.red(line) : line;
}
