import { mentionsIn } from './mention.ts';
import type { Tool } from './tool.ts';
import { intentsOf, isEmptyWord, isProgram, singular, wordsOf } from './words.ts';
import type { Intents } from './words.ts';

/** One wish of a sentence: `read notes.txt`. */
export interface Clause {
  readonly text: string;
  /** The word that orders something, or `''`. */
  readonly verb: string;
  readonly intents: Intents;
  /** What stands behind the verb. */
  readonly rest: string;
  readonly kind: 'order' | 'question' | 'negated' | 'other';
}

/** Reads a clause: what it orders or asks. Only an order can be more than a look. */
export function clauseOf(written: string, tools: readonly Tool[]): Clause {
  const text = withoutPoliteness(written);
  if (/^(?:do not|don[’']?t|never|not|no need to|avoid|stop|refrain from|without)\b/i.test(text)) {
    return { text, verb: '', intents: {}, rest: text, kind: 'negated' };
  }
  const command = /^\$\s+(.+)$/s.exec(text) ?? /^`([^`]+)`[.!?]?$/.exec(text);
  if (command !== null) return { text, verb: 'run', intents: { run: 5 }, rest: `\`${command[1]}\``, kind: 'order' };
  const opener = openers.find(([pattern]) => pattern.test(text));
  if (opener !== undefined) {
    const [pattern, intents, kind] = opener;
    return { text, verb: '', intents, rest: text.replace(pattern, '').trim(), kind };
  }
  if (questions.test(text)) return { text, verb: '', intents: {}, rest: text, kind: 'question' };
  return orderOf(text, tools);
}

/** True when the text begins with a word that orders or asks something. */
export function beginsWish(written: string, tools: readonly Tool[]): boolean {
  return clauseOf(written, tools).kind !== 'other';
}

/** The words that say what it is about: no verb, no filler, no file names, numbers or quotes. */
export function topicsOf(clause: Clause): readonly string[] {
  const named = mentionsIn(clause.rest);
  const bare = named.reduceRight((text, { start, end, kind }) => {
    return kind === 'name' ? text : `${text.slice(0, start)} ${text.slice(end)}`;
  }, clause.rest);
  return wordsOf(bare.replace(/[’'](?:s|t|re|ll|ve|d|m)\b|(?<!\S)--?[\w-]+/g, '')).filter(
    (word) => !isEmptyWord(word) && !/^\d+$/.test(word),
  );
}

/** Takes `please`, `can you`, `I want you to` and the like away, at both ends. */
export function withoutPoliteness(written: string): string {
  let text = written.trim();
  for (let before = ''; before !== text;) {
    before = text;
    for (const pattern of politeness) text = text.replace(pattern, '').trim();
  }
  return text;
}

const politeness: readonly RegExp[] = [
  /^(?:[-*•]|\d+[.)])\s+/,
  /^(?:please|pls|plz|kindly|just|now|then|next|first|finally|lastly|also|so|well|ok(?:ay)?|hey|hi|hello|alright|great|thanks|thank you|yes|yeah|sure|and|but|oh|actually|afterwards)(?:[,!.:]|\b(?![-.:/\w]))[\s,!.:-]*(?=\S)/i,
  /^no[,.]\s+/i,
  /^(?:can|could|would|will) (?:you|u|ya)\s+(?:please\s+|kindly\s+|mind\s+)?/i,
  /^(?:i|we)(?: would|[’']d)? (?:want|need|like|love|wish)(?: you)? to\s+/i,
  /^(?:let[’']?s|let us|let me|help me(?: to)?|go ahead and|try to|do me a favou?r and|i need you to|you (?:should|must|can|need to|have to))\s+/i,
  /^it would be (?:great|nice|good) if you (?:could|would)\s+/i,
  /(?<!saying|containing|text|says|message|contents?)[\s,]+(?:please|pls|plz|thanks|thank you|thx)[.!]*$/i,
];

const questions =
  /^(?:what|which|who|whom|whose|where|when|why|how|is|are|was|were|does|do|did|has|have|had|can i|may i|could i|should|would|will|shall|am i|if|unless|what[’']s)\b/i;

const openers: readonly (readonly [RegExp, Intents, 'order' | 'question'])[] = [
  [/^(?:what|which)(?:[’']?s| is| are)(?: written| stored)? (?:in|inside|on)\b/i, { read: 5, list: 4 }, 'question'],
  [/^what(?:[’']?s| is| are) the contents? of\b/i, { read: 5, list: 4 }, 'question'],
  [/^what (?:does|do|did)\b(?=.*\b(?:says?|contains?|have)\b)/i, { read: 5 }, 'question'],
  [/^which files? (?:contain|mention|have|has|say)s?\b/i, { find: 5 }, 'question'],
  [/^(?:what|which)(?= (?:files?|documents?|folders?|directories)\b)/i, { list: 5 }, 'question'],
  [/^what (?:do you (?:have|see)|is there|can you see)\b/i, { list: 4 }, 'question'],
  [/^how (?:many|much)\b/i, { read: 4, list: 4 }, 'question'],
  [/^(?:look|search|hunt) (?:for|through)\b/i, { find: 5 }, 'order'],
  [/^(?:look (?:at|in|into|inside)|(?:take|have) a look (?:at|in|into))\b/i, { read: 5, list: 4 }, 'order'],
  [/^look up\b/i, { find: 5, read: 4 }, 'order'],
  [/^get rid of\b/i, { delete: 5 }, 'order'],
  [/^(?:add|sum|tot) up\b/i, { read: 5 }, 'order'],
  [/^where(?:[’']?s| is| are| do| does)\b/i, { find: 5, read: 2 }, 'question'],
  [/^(?:is|are) there\b/i, { list: 4 }, 'question'],
  [/^(?:tell|show|give) me (?:about|what(?:[’']?s| is) in(?:side)?)\b/i, { read: 5, list: 4 }, 'order'],
  [/^(?:see|show me) (?:what|which) files\b/i, { list: 5 }, 'order'],
  [/^find out (?:what is in|what[’']s in)?/i, { read: 4, list: 3 }, 'order'],
];

function orderOf(text: string, tools: readonly Tool[]): Clause {
  const head = /^[\p{L}_]+(?:-\p{L}+)*/u.exec(text)?.[0] ?? '';
  const verb = head.toLowerCase();
  const behind = text.slice(head.length);
  // `show.txt` and `run/` begin with a verb by accident; `order is late` says something and orders nothing.
  const accident = /^[./\w]/.test(behind) || /^\s+(?:is|are|was|were|has|have|does|did|will|would)\b/i.test(behind);
  const known = tools.some((tool) => tool.verbs.includes(singular(verb)));
  const intents = intentsOf(verb);
  if (!accident && verb !== '' && (known || Object.keys(intents).length > 0)) {
    // "add X to a.txt" must not become a write that replaces what is there.
    const appends = verb === 'add' && /\S\s+to\s+\S/.test(behind);
    return { text, verb, intents: appends ? { append: 5 } : intents, rest: behind.trim(), kind: 'order' };
  }
  if (!accident && isCommandLine(text)) return { text, verb: 'run', intents: { run: 5 }, rest: text, kind: 'order' };
  return { text, verb: '', intents: {}, rest: text, kind: 'other' };
}

/** `npm test`, `git status`, `node a.js`, `pwd`: typed as to a terminal. */
function isCommandLine(text: string): boolean {
  const [program = '', first = '', ...others] = text.split(/\s+/);
  if (!isProgram(program) || /^(?:true|false|test|which|find|sleep|sort|free|top|cat)$/.test(program)) return false;
  if (first === '') return /^(?:pwd|whoami|date|uname|hostname)$/.test(program);
  if (/^-|[./\\]/.test(first) || /\s(?:>>?|\|)\s/.test(text)) return true;
  return /^(?:npm|npx|git|pnpm|yarn|cargo|docker|go)$/.test(program) && /^[a-z-]+$/.test(first) && others.length <= 1;
}
