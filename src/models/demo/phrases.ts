import { mentionsIn, quotedPattern, unquoted } from './mention.ts';
import type { Property } from './property.ts';
import type { Rest } from './rest.ts';
import { isEmptyWord, singular } from './words.ts';

/** Finds what a person calls by a role: most roles are a few phrases around a value. */

const Q = quotedPattern;
const phrase = (source: string): RegExp => new RegExp(source, 'iu');

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
  return undefined;
}

/** A folder that is all that is left: `ls src`. */
export function folderAlone(rest: Rest): string | undefined {
  const alone = /^\s*([a-z][\w-]*|\.{1,2}|[~/])\s*[.?!]?$/.exec(rest.text())?.[1];
  if (alone === undefined || isEmptyWord(alone) || /^(?:file|directory|content)$/.test(singular(alone)))
    return undefined;
  return taken(rest, alone);
}

function taken(rest: Rest, value: string): string {
  rest.take(
    phrase(
      String.raw`(?:\b(?:in|inside|under|within|of|from|at)\s+)?(?:the |my )?(?:(?:folder|directory|dir)\s+)?${escaped(value)}[/]?(?:\s+(?:folder|directory|dir))?`,
    ),
  );
  return value.replace(/(?<=\w)\/$/, '');
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

/** The text as a pattern that finds just it. */
export function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`);
}
