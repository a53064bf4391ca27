import { filesIn } from './mention.ts';
import { isRecord, parse } from './request.ts';
import { toolOf } from './tool.ts';
import type { Intent } from './words.ts';

/** A call and what came back for it. */
export interface Outcome {
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly result: string;
}

/** Says what a call that went well gave. */
export function sentencesOf(outcome: Outcome, question: string): string {
  const intent = toolOf({ function: { name: outcome.name } }).intent;
  const json = parse(outcome.result.trim());
  if (Array.isArray(json)) return listSentence(json.map(labelOf), nounOf(outcome.name, intent));
  if (isRecord(json)) return recordSentence(outcome, json, intent);
  if (json !== undefined && json !== null && typeof json !== 'string') return `${outcome.name} says: ${String(json)}.`;
  return textSentence(outcome, typeof json === 'string' ? json : outcome.result, { intent, question });
}

/** The first lines of a text, with a word about the rest. */
export function linesOf(text: string, most: number): string {
  const lines = text.trimEnd().split(/\r?\n/);
  const shown = lines.slice(0, most).map((line) => (line.length > 160 ? `${line.slice(0, 157)}...` : line));
  const more = lines.length - shown.length;
  return more > 0 ? [...shown, `(and ${more} more ${more === 1 ? 'line' : 'lines'})`].join('\n') : shown.join('\n');
}

interface Context {
  readonly intent: Intent | undefined;
  readonly question: string;
}

function textSentence(outcome: Outcome, text: string, { intent, question }: Context): string {
  const file = fileOf(outcome);
  if (text.trim() === '') return emptySentence(outcome, intent, file);
  const lines = text.trimEnd().split(/\r?\n/);
  const whole = linesOf(text, 12);
  if (/^(?:no|nothing|none|0|there)\b/i.test(text) && (intent === 'list' || intent === 'find')) return sentence(text);
  if (intent === 'list') return noted(lines, (items) => namesSentence(outcome.name, items));
  if (intent === 'read' && file !== undefined) {
    const counts = /\bhow (?:many|much|long)\b|\bcount\b/i.test(question);
    return `${counts ? `${countSentence(file, lines)} ` : ''}${file} says:\n${whole}`;
  }
  if (lines.length > 1)
    return `${headingOf(outcome.name, intent, lines.filter((line) => !/^\[.*\]$/.test(line)).length)}\n${whole}`;
  if (intent === 'run') return `It printed: ${whole.trim()}`;
  return intent === 'find' ? `Found: ${whole.trim()}` : sentence(linesOf(text, 1));
}

/** What a tool notes in brackets at the end, such as `[1 hidden file left out]`, is no item: it is said behind them. */
function noted(lines: readonly string[], say: (items: readonly string[]) => string): string {
  const last = lines.findLastIndex((line) => !/^\[[^\]]+\]$/.test(line.trim()));
  const notes = lines.slice(last + 1).map((line) => line.trim().slice(1, -1));
  return [say(lines.slice(0, last + 1)), ...notes.map((note) => `(${note})`)].join(' ');
}

function headingOf(name: string, intent: Intent | undefined, count: number): string {
  if (intent === 'run') return 'It printed:';
  return intent === 'find' ? `Found ${count} ${count === 1 ? 'line' : 'lines'}:` : `${name} says:`;
}

function namesSentence(tool: string, lines: readonly string[]): string {
  const names = lines
    .map((line) => line.replace(/^\s*(?:[-*•]\s+|\[(?:FILE|DIR)\]\s*)/, '').trim())
    .filter((line) => line !== '');
  const prose = names.length === 1 && /\s.*\s/.test(names[0] ?? '');
  return prose ? sentence(names[0] ?? '') : listSentence(names, nounOf(tool, 'list'));
}

function emptySentence(outcome: Outcome, intent: Intent | undefined, file: string | undefined): string {
  if (intent === 'list') return `There are no ${nounOf(outcome.name, intent).many}.`;
  if (intent === 'find') return 'Nothing was found.';
  if (intent === 'read' && file !== undefined) return `${file} is empty.`;
  return intent === 'run' ? 'It ran and printed nothing.' : `${outcome.name} is done.`;
}

function countSentence(file: string, lines: readonly string[]): string {
  const filled = lines.filter((line) => line.trim() !== '').length;
  if (!/\.(?:csv|tsv)$/i.test(file)) return `${file} has ${filled} ${filled === 1 ? 'line' : 'lines'}.`;
  const rows = Math.max(filled - 1, 0);
  return `There ${rows === 1 ? 'is 1 row' : `are ${rows} rows`} below the heading in ${file}.`;
}

function recordSentence(outcome: Outcome, json: Readonly<Record<string, unknown>>, intent: Intent | undefined): string {
  const code = json['exitCode'] ?? json['exit_code'] ?? json['code'];
  if (intent === 'run' && typeof code === 'number') return runSentence(code, json);
  const entries = Object.entries(json).filter(([, value]) => value !== null);
  const [first] = entries;
  if (first === undefined) return `${outcome.name} is done.`;
  if (entries.length === 1 && Array.isArray(first[1])) {
    return listSentence(first[1].map(labelOf), { one: first[0].replace(/s$/, ''), many: first[0] });
  }
  const text = json['content'] ?? json['text'] ?? json['output'] ?? json['message'];
  if (typeof text === 'string' && entries.length <= 2) return textSentence(outcome, text, { intent, question: '' });
  const words = entries.slice(0, 8).map(([key, value]) => `${spoken(key)} ${valueText(value)}`);
  const more = entries.length > 8 ? `, and ${entries.length - 8} more` : '';
  return sentence(`${outcome.name} says: ${words.join(', ')}${more}`);
}

function runSentence(code: number, json: Readonly<Record<string, unknown>>): string {
  const outputs = [json['stdout'] ?? json['output'], json['stderr']].map((text) => String(text ?? '').trim());
  const printed = outputs.filter((text) => text !== '').join('\n');
  const said = printed === '' ? 'printed nothing' : `printed:\n${linesOf(printed, 12)}`;
  return code === 0 ? `It ${said}` : `It ended with exit code ${code} and ${said}`;
}

interface Noun {
  readonly one: string;
  readonly many: string;
}

function listSentence(items: readonly string[], noun: Noun): string {
  if (items.length === 0) return `There are no ${noun.many}.`;
  const shown = items.slice(0, 20).map((item) => (item.length > 80 ? `${item.slice(0, 77)}...` : item));
  const more = items.length > shown.length ? `, and ${items.length - shown.length} more` : '';
  return items.length === 1
    ? `There is 1 ${noun.one}: ${shown[0]}.`
    : `There are ${items.length} ${noun.many}: ${shown.join(', ')}${more}.`;
}

function nounOf(name: string, intent: Intent | undefined): Noun {
  const noun = toolOf({ function: { name } }).nouns.at(-1);
  if (noun === undefined || noun === 'directory' || intent === 'find')
    return intent === 'list' ? { one: 'entry', many: 'entries' } : { one: 'result', many: 'results' };
  return { one: noun, many: /[^aeiou]y$/.test(noun) ? `${noun.slice(0, -1)}ies` : `${noun}s` };
}

function labelOf(item: unknown): string {
  if (!isRecord(item)) return typeof item === 'string' ? item : JSON.stringify(item);
  const named = item['name'] ?? item['path'] ?? item['title'] ?? item['id'];
  if (typeof named === 'string' || typeof named === 'number') return String(named);
  return Object.entries(item)
    .map(([key, value]) => `${spoken(key)} ${valueText(value)}`)
    .join(' ');
}

function valueText(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}

function spoken(key: string): string {
  return key
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/_/g, ' ')
    .toLowerCase();
}

function fileOf(outcome: Outcome): string | undefined {
  return Object.values(outcome.arguments).flatMap((value) =>
    typeof value === 'string' ? filesIn(`"${value}"`) : [],
  )[0];
}

function sentence(text: string): string {
  const trimmed = text.trim();
  const first = /^[a-z]+(?=[\s,.])/.test(trimmed) ? trimmed.charAt(0).toUpperCase() + trimmed.slice(1) : trimmed;
  return /[.!?:)\]}]$/.test(first) ? first : `${first}.`;
}
