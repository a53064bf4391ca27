import type { Look } from './inline.ts';

/** What a line is, by how it begins. */
export interface Block {
  /** How the first row begins, and how the others do: signs, and how they are set off. */
  readonly first: readonly Sign[];
  readonly hanging: readonly Sign[];
  /** Sets off all words of the line. */
  readonly looks: readonly (Look | 'title' | 'heading')[];
  /** The words. */
  readonly text: string;
}

/** A sign of ours in front of words. */
export interface Sign {
  readonly text: string;
  readonly isDim: boolean;
}

/** A line of which nothing else can become by what may still come. Lines of signs alone can. */
export function isDecided(line: string): boolean {
  return !/^[\s#>|+*=_.()[\]~`xX\d-]*$/.test(line);
}

/** A line across, such as `---`. */
export function isRule(line: string): boolean {
  return /^ {0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})$/.test(line);
}

/** Lines of code begin or end here: the fence, and what stands behind it. */
export function fenceOf(line: string): { readonly fence: string; readonly language: string } | undefined {
  const [, fence, language = ''] = /^\s*(?:[-*+]\s+|\d+[.)]\s+)?(`{3,}(?=[^`]*$)|~{3,})(.*)$/.exec(line) ?? [];
  return fence === undefined ? undefined : { fence, language: language.trim().split(/\s/)[0] ?? '' };
}

/** Whether a line may be one of a table. */
export function isTableLine(line: string): boolean {
  return /^\s*\|/.test(line);
}

/** What a line of words is. */
export function blockOf(line: string): Block {
  return quoteOf(line) ?? headingOf(line) ?? itemOf(line) ?? paragraphOf(line);
}

function quoteOf(line: string): Block | undefined {
  const [found] = /^ {0,3}> ?/.exec(line) ?? [];
  if (found === undefined) return undefined;
  const inner = blockOf(line.slice(found.length));
  const bar: Sign = { text: '│ ', isDim: true };
  return { ...inner, first: [bar, ...inner.first], hanging: [bar, ...inner.hanging] };
}

function headingOf(line: string): Block | undefined {
  const [, marks, text = ''] = /^ {0,3}(#{1,6})[ \t]+(.*?)$/.exec(line) ?? [];
  if (marks === undefined) return undefined;
  return { first: [], hanging: [], looks: [marks.length === 1 ? 'title' : 'heading'], text };
}

function itemOf(line: string): Block | undefined {
  const [found, indent = '', mark = '', box] = /^(\s*)([-*+]|\d{1,9}[.)])[ \t]+(\[[ xX]\][ \t]+)?/.exec(line) ?? [];
  if (found === undefined) return undefined;
  const bullet = /^\d/.test(mark) ? `${mark} ` : box === undefined ? '• ' : '';
  const tick = box === undefined ? '' : box.startsWith('[ ') ? '☐ ' : '☑ ';
  const sign = indent.replaceAll('\t', '    ') + bullet + tick;
  return {
    first: [{ text: sign, isDim: false }],
    hanging: [{ text: ' '.repeat(sign.length), isDim: false }],
    looks: [],
    text: line.slice(found.length),
  };
}

function paragraphOf(line: string): Block {
  const [indent = ''] = /^[ \t]*/.exec(line) ?? [];
  const sign: Sign = { text: indent.replaceAll('\t', '    '), isDim: false };
  return { first: [sign], hanging: [sign], looks: [], text: line.slice(indent.length) };
}
