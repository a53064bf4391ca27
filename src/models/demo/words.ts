/** What a person can want from a tool, whatever the tool is about. */
export type Intent =
  | 'list'
  | 'read'
  | 'find'
  | 'create'
  | 'append'
  | 'edit'
  | 'delete'
  | 'run'
  | 'send'
  | 'move'
  | 'copy';

/** How well a spoken word fits each intent. */
export type Intents = Readonly<Partial<Record<Intent, number>>>;

/** Intents that change nothing; only these may be guessed. */
export const readingIntents: readonly Intent[] = ['list', 'read', 'find'];

const spoken: Readonly<Record<Intent, string>> = {
  list: 'list ls dir enumerate',
  read:
    'read show open print cat view display see summarise summarize explain describe check inspect head tail load ' +
    'count review analyse analyze preview dump get fetch give tell retrieve',
  find: 'find search grep lookup locate query seek',
  create: 'create make write overwrite save add new put store generate insert',
  append: 'append prepend',
  edit: 'edit replace change update modify swap substitute fix patch',
  delete: 'delete remove rm erase unlink destroy drop trash del discard',
  run: 'run execute exec launch start',
  send: 'send email mail notify post message tell forward',
  move: 'move rename mv',
  copy: 'copy cp duplicate',
};

const alsoSpoken: Readonly<Record<string, Intents>> = {
  show: { list: 4 },
  see: { list: 3 },
  display: { list: 4 },
  print: { list: 3 },
  get: { list: 4, find: 3 },
  fetch: { list: 3 },
  give: { list: 4 },
  count: { list: 4 },
  find: { list: 3, read: 2 },
  check: { find: 3, list: 2 },
  query: { read: 3 },
  put: { edit: 2 },
  write: { edit: 1 },
};

const inNames: Readonly<Record<Intent, string>> = {
  list: 'list ls dir tree',
  read: 'read get show view open cat fetch load retrieve check describe current',
  find: 'search find grep query lookup glob',
  create: 'create write make save add new put insert store',
  append: 'append',
  edit: 'edit replace update modify change patch',
  delete: 'delete remove rm erase unlink destroy drop trash',
  run: 'run exec execute shell bash sh terminal command',
  send: 'send email mail notify message post',
  move: 'move rename mv',
  copy: 'copy cp duplicate',
};

/** What the word wants when it is said as an order: `{}` when it is not a word of the rules. */
export function intentsOf(word: string): Intents {
  const main = Object.entries(spoken).filter(([, words]) => words.split(' ').includes(word));
  const also = Object.hasOwn(alsoSpoken, word) ? alsoSpoken[word] : {};
  return { ...Object.fromEntries(main.map(([intent]) => [intent, 5])), ...also };
}

/** What a word means as a part of a tool's name. */
export function intentInName(word: string): Intent | undefined {
  const found = Object.entries(inNames).find(([, words]) => words.split(' ').includes(word));
  // The keys of `inNames` are intents by its type.
  return found?.[0] as Intent | undefined;
}

const empty = new Set(
  (
    'a an the my your our this that these those it its them they all any some every everything anything something ' +
    'me i you we us is are was were be been am do does did has have had can could would will shall should may might ' +
    'in on at of to for from with by as into about and or but so if then than there here now please just also ' +
    'what which who whom where when why how many much whole entire current new one ones thing things stuff up out ' +
    'off over not no yes ok okay named called whats not only again more next first last right away quickly both each permanently immediately completely forever'
  ).split(' '),
);

/** True for a word that names nothing by itself. */
export function isEmptyWord(word: string): boolean {
  return empty.has(word.toLowerCase());
}

/** The words of a name (`orderId`, `read_file`) or of a sentence, in small letters and singular. */
export function wordsOf(text: string): readonly string[] {
  return text
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .map(singular);
}

/** `files` → `file`, `directories` → `directory`, `folder` → `directory`: one form of a noun. */
export function singular(word: string): string {
  const lower = word.toLowerCase();
  const alias = sameNouns[lower];
  if (Object.hasOwn(sameNouns, lower) && alias !== undefined) return alias;
  if (/[^aeiou]ies$/.test(lower)) return `${lower.slice(0, -3)}y`;
  if (/(?:ch|sh|x|ss)es$/.test(lower)) return lower.slice(0, -2);
  return /[^su]s$/.test(lower) && lower.length > 3 ? lower.slice(0, -1) : lower;
}

const sameNouns: Readonly<Record<string, string>> = {
  folder: 'directory',
  folders: 'directory',
  directories: 'directory',
  document: 'file',
  documents: 'file',
  mail: 'email',
  mails: 'email',
};

const programs = new Set(
  (
    'node npm npx pnpm yarn bun deno tsc git gh python python3 pip ruby perl php java javac go cargo rustc make cmake ' +
    'gcc docker kubectl ls cat echo pwd whoami date mkdir rmdir touch cp mv rm grep find sed awk head tail wc sort ' +
    'uniq diff curl wget tar zip unzip chmod chown ps kill df du env printf sh bash zsh which uname sleep vitest jest ' +
    'pytest sqlite3 psql ping ssh sudo true false test cd dir hostname id uptime free top seq tee xargs'
  ).split(' '),
);

/** True for a program that people usually run from a terminal. */
export function isProgram(word: string): boolean {
  return programs.has(word);
}
