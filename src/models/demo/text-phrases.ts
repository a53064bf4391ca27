import { filesIn, isFile, quotedPattern, unquoted } from './mention.ts';
import { escaped } from './phrases.ts';
import type { Rest } from './rest.ts';
import { isEmptyWord, isProgram } from './words.ts';

/** Longer things that a person says: what to write, to look for, to replace, to run. */

const Q = quotedPattern;
const phrase = (source: string): RegExp => new RegExp(source, 'iu');

/** `with content X`, `saying X`: where free text begins. It runs to the end. */
export const contentMarker: RegExp = phrase(
  String.raw`(?:\b(?:saying|that says?|which says?|it says?|containing|that contains?|(?:with |as |having )?(?:the |a )?` +
    String.raw`(?:text|contents?|message|body)(?: is| of|:)?(?= \S)|reading(?= ["'\x60])|with (?:the )?(?:words?|lines?))\b|(?<=\S):(?= ))\s*:?\s*`,
);

const pairs = phrase(String.raw`(${Q}|\S.*?)\s+(?:with|by|to|into|for|->|=>|→)\s+(${Q}|\S.*?)\s*$`);
const pairLead =
  /^\s*(?:(?:all|every|each|any|the|word|words|text|line|lines|string|phrase|occurrences?|of|from)\s+(?=\S+\s+\S))+/i;
const trailingFile = new RegExp(
  String.raw`[\s,]+(?:in|inside|within|into|to|as|at)\s+(?:the |a |my )?(?:new )?(?:file )?(?:called |named )?(\S+|${Q})\s*$`,
  'iu',
);

/** What a new file or a message shall say. */
export function contentIn(rest: Rest, takesPath: boolean): string | undefined {
  if (/^(?:an? )?(?:new )?empty\b/i.test(rest.text().trim())) return rest.take(/\bempty\b/i) && '';
  const marked = contentMarker.exec(rest.text());
  if (marked !== null) return markedContent(rest, marked, takesPath);
  if (!takesPath) return undefined;
  const trailing = trailingFile.exec(rest.text());
  if (trailing?.[1] !== undefined && isFile(unquoted(trailing[1]))) {
    const said = withoutArticle(rest.text().slice(0, trailing.index));
    if (
      said !== '' &&
      !isEmptyWord(said) &&
      filesIn(said).length === 0 &&
      !/^(?:new |text |empty )*(?:files?|notes?|documents?)$/i.test(said)
    ) {
      rest.take(/^[^]*(?=\s(?:in|inside|within|into|to|as|at)\s)/i);
      return unquoted(said);
    }
  }
  const withText = rest.take(
    phrase(String.raw`\bwith\s+(?:just\s+|only\s+)?(${Q}|.+?)(?:\s+(?:in it|inside|in there))?\s*[.]?$`),
  );
  return withText === undefined ? rest.takeMention('quoted') : unquoted(withText);
}

function markedContent(rest: Rest, marker: RegExpExecArray, takesPath: boolean): string | undefined {
  const before = rest.text().slice(0, marker.index);
  const behind = rest.text().slice(marker.index + marker[0].length);
  const quoted = new RegExp(`^(${Q})`, 'u').exec(behind)?.[1];
  const content = quoted ?? behind.slice(0, endOfContent(before, behind, takesPath));
  rest.take(new RegExp(escaped(marker[0] + content), 'u'));
  if (quoted !== undefined) return unquoted(quoted);
  const trimmed = content.trim();
  // One closing period ends the sentence; it is hardly meant to be written.
  const plain = /^[^.!?]*[^.!?\s]\.$/.test(trimmed) ? trimmed.slice(0, -1) : trimmed;
  return plain === '' ? undefined : plain;
}

/** Free text runs to the end, but for a file or a person that was not named before. */
function endOfContent(before: string, behind: string, takesPath: boolean): number {
  if (takesPath) {
    const file = filesIn(before).length === 0 ? trailingFile.exec(behind) : null;
    return file?.[1] !== undefined && isFile(file[1]) ? file.index : behind.length;
  }
  const person = /\bto\s/i.test(before) ? null : /\s+to\s+(?:\p{Lu}\p{L}+|\S+@\S+)$/u.exec(behind);
  return person?.index ?? behind.length;
}

/** Both halves of `replace X with Y`. */
export function pairIn(rest: Rest): readonly [string, string] | undefined {
  rest.take(/(?<=\s)(?:everywhere|throughout|please)\s*[.!]?\s*$/i);
  rest.take(pairLead);
  const pair = rest.takePair(pairs);
  return pair && [unquoted(pair[0].trim()), unquoted(pair[1].trim().replace(/(?<=\w)[.!?]$/, ''))];
}

/** A command is taken only when it looks like one. */
export function commandIn(rest: Rest): string | undefined {
  const quoted = rest.take(/[`]([^`]+)[`]/);
  if (quoted !== undefined) return quoted;
  const said = rest
    .text()
    .trim()
    .replace(/^(?:the |a |this )?(?:shell |terminal )?(?:command|program|script)\b:?\s*/i, '');
  const text = unquoted(said.replace(/[.!?]$/, ''));
  const first = text.split(/\s+/)[0] ?? '';
  if (
    !isProgram(first) &&
    !isFile(first) &&
    !(text !== said && text !== '' && /^["']/.test(said)) &&
    !/\s--?\w/.test(text)
  )
    return undefined;
  rest.take(/^[^]*$/);
  return isFile(first) ? `${starterOf(first)}${text}` : text;
}

function starterOf(file: string): string {
  if (/\.(?:[cm]?js|[cm]?ts)$/.test(file)) return 'node ';
  if (file.endsWith('.py')) return 'python3 ';
  return file.endsWith('.sh') ? 'sh ' : '';
}

/** What to look for. */
export function queryIn(rest: Rest): string | undefined {
  const quoted = rest.takeMention('quoted');
  if (quoted !== undefined) return quoted;
  const words =
    rest.take(/\b(?:for|about|containing|contains?|that mention|mentioning|mentions?|matching|regarding)\s+(\S.*)$/i) ??
    rest.take(/^[^]*$/);
  return tidyQuery(words ?? '');
}

function tidyQuery(words: string): string | undefined {
  const bare = words
    .trim()
    .replace(/^(?:--?\w+\s+)+/, '')
    .replace(/[?!.,;:]+$/, '')
    .replace(
      /\s+(?:in|inside|across|through)\s*(?:(?:all|the|my|any|every|these|those|this|here|files?|folders?|directory|project|code)\s*)*$/i,
      '',
    )
    .replace(/\s+(?:defined|located|used|mentioned|stored|everywhere|please)$/i, '')
    .replace(
      /^(?:(?:me|all|every|any|the|a|an|some|lines?|words?|files?|text|string|that|which|with|for|of|my)\s+)+(?=\S)/i,
      '',
    )
    .replace(/^(?:contain|mention|have|say)s?\s+(?=\S)/i, '');
  return bare === '' || isEmptyWord(bare) ? undefined : unquoted(bare);
}

/** `2 + 3`, and with words between: `6 times 7`. */
export function expressionIn(rest: Rest): string | undefined {
  const spoken: readonly (readonly [RegExp, string])[] = [
    [/\s+(?:times|multiplied by|x)\s+/gi, ' * '],
    [/\s+plus\s+/gi, ' + '],
    [/\s+minus\s+/gi, ' - '],
    [/\s+divided by\s+/gi, ' / '],
  ];
  const text = spoken.reduce((said, [pattern, sign]) => said.replace(pattern, sign), rest.text());
  const found = /[-(\d.][\d\s.+\-*/^%()]*[\d)]/.exec(text)?.[0].trim();
  if (found === undefined || !/\d\s*[+\-*/^%]/.test(found)) return undefined;
  rest.take(/^[^]*$/);
  return found;
}

/** Without `the`, `a`, `my` in front. */
export function withoutArticle(text: string): string {
  return text
    .trim()
    .replace(/^(?:(?:the|a|an|my)\s+)+/i, '')
    .trim();
}
