import { filesIn, isFile, mentionsIn, quotedPattern, unquoted } from './mention.ts';
import type { Property } from './property.ts';
import type { Rest } from './rest.ts';
import { isEmptyWord, isProgram, singular } from './words.ts';

/** Finds what a person calls by a role: most roles are a few phrases around a value. */

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
  const at = marker.index;
  const before = rest.text().slice(0, at);
  const behind = rest.text().slice(at + marker[0].length);
  const quoted = new RegExp(`^(${Q})`, 'u').exec(behind)?.[1];
  const tail = quoted === undefined && takesPath && filesIn(before).length === 0 ? trailingFile.exec(behind) : null;
  const person =
    quoted === undefined && !takesPath && !/\bto\s/i.test(before)
      ? /\s+to\s+(?:\p{Lu}\p{L}+|\S+@\S+)$/u.exec(behind)
      : null;
  const kept = tail?.[1] !== undefined && isFile(tail[1]) ? tail : person;
  const content = quoted ?? (kept === null ? behind : behind.slice(0, kept.index));
  rest.take(new RegExp(`${escaped(rest.text().slice(at, rest.text().length - behind.length + content.length))}`, 'u'));
  if (quoted !== undefined) return unquoted(quoted);
  const trimmed = content.trim();
  // One closing period ends the sentence; it is hardly meant to be written.
  const plain = /^[^.!?]*[^.!?\s]\.$/.test(trimmed) ? trimmed.slice(0, -1) : trimmed;
  return plain === '' ? undefined : plain;
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
  return /\.py$/.test(file) ? 'python3 ' : /\.sh$/.test(file) ? 'sh ' : '';
}

/** A file; its name may follow `called`. */
export function fileIn(rest: Rest): string | undefined {
  const mentions = mentionsIn(rest.text()).filter(({ kind }) => kind === 'file');
  const inside = mentions.find(({ start }) =>
    /\b(?:in|inside|of|from|within)\s+(?:the )?(?:file )?$/i.test(rest.text().slice(0, start)),
  );
  const mention = inside ?? mentions[0];
  if (mention !== undefined) {
    const written = escaped(rest.text().slice(mention.start, mention.end));
    rest.take(new RegExp(String.raw`(?:\b(?:in|inside|of|from|within)\s+(?:the )?(?:file )?)?${written}`, 'iu'));
    return mention.value;
  }
  const called = rest.take(phrase(String.raw`\b(?:file |note |document )?(?:named|called)\s+(${Q}|[\w.-]+)`));
  if (called !== undefined) return unquoted(called);
  const named = /\b(?:file|path)\s+(\S+?)[.?!]?\s*$/i.exec(rest.text())?.[1];
  return named !== undefined && !isEmptyWord(named)
    ? rest.take(phrase(String.raw`\b(?:file|path)\s+(${escaped(named)})`))
    : undefined;
}

/** A folder: `in src`, `the src folder`. A weaker phrase counts only when `loose`. */
export function folderIn(rest: Rest, loose: boolean): string | undefined {
  const beside = [
    /\b([\w.-]+)\s+(?:folder|directory|dir)\b/i,
    /\b(?:folder|directory|dir)\s+(?:named |called )?([\w./~-]+)/i,
  ];
  const said = beside
    .map((pattern) => pattern.exec(rest.text())?.[1] ?? '')
    .find((word) => word !== '' && !isEmptyWord(word) && !/^(?:new|working|folder|directory)$/i.test(word));
  if (said !== undefined) return taken(rest, said);
  const inside = /\b(?:in|inside|under|within|of|from|at)\s+(?:the |my )?([\w./~-]+?)[/]?\s*[.?!]?\s*$/i.exec(
    rest.text(),
  )?.[1];
  const common = /^(?:src|lib|test|tests|docs?|dist|app|public|examples?|bin|scripts|node_modules)$/;
  if (inside !== undefined && !isEmptyWord(inside) && (loose || inside.includes('/') || common.test(inside)))
    return taken(rest, inside);
  const path = mentionsIn(rest.text()).find(({ kind, value }) => kind === 'file' && !/\.\w+$/.test(value));
  if (path !== undefined) return taken(rest, path.value);
  const alone = loose ? /^\s*([a-z][\w-]*|\.{1,2}|[~/])\s*[.?!]?$/.exec(rest.text())?.[1] : undefined;
  return alone === undefined || isEmptyWord(alone) || /^(?:file|directory|content)$/.test(singular(alone))
    ? undefined
    : taken(rest, alone);
}

function taken(rest: Rest, value: string): string {
  rest.take(
    phrase(
      String.raw`(?:\b(?:in|inside|under|within|of|from|at)\s+)?(?:the |my )?(?:(?:folder|directory|dir)\s+)?${escaped(value)}[/]?(?:\s+(?:folder|directory|dir))?`,
    ),
  );
  return value.replace(/(?<=\w)\/$/, '');
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

/** `A-17`, `order 17`, `#3`; the nouns say which numbers are ids. */
export function idIn(rest: Rest, nouns: readonly string[]): string | undefined {
  const named = nouns
    .filter((noun) => noun !== 'id')
    .map(escaped)
    .join('|');
  const after = rest.take(
    phrase(
      String.raw`\b(?:${named === '' ? '' : `${named}|`}id|number|no\.?)s?(?:\s+(?:id|number|no\.?|with id))*\s*[:=]?\s+#?([\w-]*\d[\w-]*)`,
    ),
  );
  const quoted = after ?? rest.takeMention('id') ?? rest.takeMention('quoted');
  return quoted?.replace(/^#/, '');
}

/** `60 dollars`, `$60`, `50 EUR`. */
export function moneyIn(rest: Rest): string | undefined {
  const unit = String.raw`(?:dollars?|usd|eur|euros?|€|\$|pounds?|gbp|chf|bucks|cents?)`;
  return (
    rest.take(phrase(String.raw`[$€£]\s?(\d[\d,.]*)`)) ??
    rest.take(phrase(String.raw`(-?\d[\d,.]*)\s?${unit}(?=\s|$|[,.!?])`))
  );
}

/** A number that stands by itself; for a property that may be missing only beside its name. */
export function numberIn(rest: Rest, property: Property): string | undefined {
  const label = escaped(property.label).replaceAll(' ', String.raw`[\s_-]`);
  const near =
    rest.take(phrase(String.raw`\b${label}s?\b\s*(?:of|is|to|=|:)?\s*(-?\d[\d,.]*)`)) ??
    rest.take(phrase(String.raw`(?<![\w-])(-?\d[\d,.]*)\s+${label}s?\b`)) ??
    (/limit|max|count|top|lines/i.test(property.name)
      ? rest.take(/\b(?:top|first|last|limit|max(?:imum)?)\s+(\d+)/i)
      : undefined);
  if (near !== undefined || !property.required) return near;
  return (
    rest.take(/(?<![\w.-])(-?\d[\d,.]*)(?![\w-])/) ??
    rest.take(/\b(one|two|three|four|five|six|seven|eight|nine|ten)\b/i)
  );
}

export function placeIn(rest: Rest): string | undefined {
  const inside = String.raw`\b(?:in|for|at|of|near|like in)\s+(?:the )?`;
  const place =
    rest.take(new RegExp(String.raw`${inside}(\p{Lu}[\p{L}.-]*(?:\s+\p{Lu}[\p{L}-]*)*)`, 'u')) ??
    rest.take(
      phrase(
        String.raw`${inside}(\S.*?)(?:\s+(?:like|today|tomorrow|now|right now|tonight|please|this week))*\s*[?.!]*$`,
      ),
    );
  return place === undefined || isEmptyWord(place) ? undefined : place.replace(/[.?!]+$/, '');
}

/** `to Bob`, `for Bob`, or a name that stands first. */
export function personIn(rest: Rest, leads: string): string | undefined {
  const name = rest.take(new RegExp(String.raw`\b(?:${leads})\s+(\p{Lu}[\p{L}’'-]*(?:\s+\p{Lu}[\p{L}’'-]*)*)`, 'u'));
  if (name !== undefined) return name;
  const word = phrase(String.raw`\b(?:${leads})\s+(?:the |my )?(${Q}|[\p{L}\p{N}_-]+)`).exec(rest.text())?.[1];
  if (word !== undefined && !isEmptyWord(word)) {
    return unquoted(rest.take(phrase(String.raw`\b(?:${leads})\s+(?:the |my )?(${escaped(word)})`)) ?? '');
  }
  return leads.includes('to') ? rest.take(/^\s*(\p{Lu}[\p{L}-]+(?:\s+\p{Lu}[\p{L}-]+)*)(?=\s|$)/u) : undefined;
}

export function dateIn(rest: Rest): string | undefined {
  const day = String.raw`(?:mon|tues|wednes|thurs|fri|satur|sun)day`;
  const month = String.raw`(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*`;
  return rest.take(
    phrase(
      String.raw`\b(?:on |for |by )?(\d{4}-\d{2}-\d{2}|today|tomorrow|tonight|yesterday|(?:next |this )?(?:${day}|week|month)|\d{1,2}\.? ${month}|${month} \d{1,2})\b`,
    ),
  );
}

export function timeIn(rest: Rest): string | undefined {
  return rest.take(/\b(?:at )?(\d{1,2}(?::\d{2})?\s?(?:am|pm)|\d{1,2}:\d{2}|noon|midnight)\b/i);
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

export function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`);
}

export function withoutArticle(text: string): string {
  return text
    .trim()
    .replace(/^(?:(?:the|a|an|my)\s+)+/i, '')
    .trim();
}
