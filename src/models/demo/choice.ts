import { escaped } from './phrases.ts';
import type { Property } from './property.ts';
import type { Rest } from './rest.ts';

/** One of the values of an enum, when it is said. */
export function choiceIn(property: Property, rest: Rest): unknown {
  const choices = (property.schema.enum ?? []).map(String).sort((left, right) => right.length - left.length);
  for (const choice of choices) {
    const spoken = escaped(choice).replace(/\\?[-_ ]+/g, String.raw`[-_\s]?`);
    const said = rest.take(
      new RegExp(String.raw`(?<![\p{L}\p{N}])(?:(?:in|as)\s+(?:the\s+)?)?${spoken}s?(?![\p{L}\p{N}])`, 'iu'),
    );
    if (said !== undefined) return property.schema.enum?.find((value) => String(value) === choice);
  }
  return undefined;
}

/** Yes or no: `recursively`, `without recursion`, `on`, `off`. */
export function flagIn(property: Property, rest: Rest): boolean | undefined {
  const words = property.words.filter((word) => word.length > 1 && !/^(?:is|has|should|be|all|include)$/.test(word));
  if (/^(?:on|enabled?|state|active|power|switch)$/.test(property.words.at(-1) ?? '')) {
    const turned = rest.take(/\b(on|off|enabled?|disabled?)\b/i);
    return turned === undefined ? undefined : /^(?:on|enable)/i.test(turned);
  }
  for (const word of words.filter((each) => each.length > 3)) {
    const said = rest.take(new RegExp(String.raw`(?:\b(?:no|not|non|without)[\s-]+)?\b${escaped(word)}\w*`, 'i'));
    if (said !== undefined) return !/^(?:no|not|non|without)\b/i.test(said);
  }
  return undefined;
}

/** The code of a currency that is said. */
export function currencyOf(text: string): string | undefined {
  if (/\$|dollar|\busd\b|buck/i.test(text)) return 'USD';
  if (/€|euro?s?\b/i.test(text)) return 'EUR';
  return /£|pound|\bgbp\b/i.test(text) ? 'GBP' : undefined;
}
