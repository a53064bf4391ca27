import { isObject } from '../conversation/json.ts';

/** A field of the configuration of a server. */
export interface ServerField {
  /** What is wrong with its value; nothing when it is right. */
  mistakeIn(value: unknown): string | undefined;
  /** Others have it, and it says nothing here. */
  readonly isKept: boolean;
}

/** The fields of a server on this machine, or of one at an address. */
export function fieldsOf(kind: 'local' | 'remote'): Readonly<Record<string, ServerField>> {
  return kind === 'local' ? { ...local, ...settings } : { ...remote, ...settings };
}

const text = field('is not text', (value) => typeof value === 'string' && value !== '');
const texts = field('is not a list of texts', (value) => Array.isArray(value) && value.every(isText));
const textByName = field('is not an object of texts', (value) => isObject(value) && Object.values(value).every(isText));
const yesOrNo = field('is not true or false', (value) => typeof value === 'boolean');
const milliseconds = field('is not a number of milliseconds', isTime);
const policy = field('is not `allow`, `ask`, `deny`, `{ "ask": … }` or `{ "deny": reason }`', isVerdict);

const settings: Readonly<Record<string, ServerField>> = {
  trusted: yesOrNo,
  optional: yesOrNo,
  disabled: { ...yesOrNo, isKept: false },
  policy,
  tools: { isKept: true, mistakeIn: mistakeInTools },
  timeout: milliseconds,
  startTimeout: milliseconds,
  asksFirst: yesOrNo,
  roots: texts,
};

const local: Readonly<Record<string, ServerField>> = {
  command: text,
  args: texts,
  env: textByName,
  cwd: text,
  type: { ...field('is not `stdio`, and there is a `command`', (value) => value === 'stdio'), isKept: false },
};

const remote: Readonly<Record<string, ServerField>> = {
  url: field('is not an http or https address', (value) => /^https?:$/.test(URL.parse(String(value))?.protocol ?? '')),
  headers: textByName,
  type: {
    ...field('is not `http`, and there is a `url`', (value) => value === 'http' || value === 'streamable-http'),
    isKept: false,
  },
};

const ofTools: Readonly<Record<string, ServerField>> = {
  enabled: yesOrNo,
  policy,
  effect: field('is not `read`, `idempotent` or `once`', (value) =>
    ['read', 'idempotent', 'once'].includes(value as string),
  ),
  timeout: milliseconds,
};

function mistakeInTools(value: unknown): string | undefined {
  if (!isObject(value)) return 'is not an object of tools';
  for (const [name, tool] of Object.entries(value)) {
    if (!isObject(tool)) return `has a tool ${JSON.stringify(name)} that is not an object`;
    for (const [member, one] of Object.entries(tool)) {
      const known = Object.hasOwn(ofTools, member) ? ofTools[member] : undefined;
      const mistake = known ? known.mistakeIn(one) : `is not known. Known are ${Object.keys(ofTools).join(', ')}`;
      if (mistake !== undefined) return `has a tool ${JSON.stringify(name)} whose \`${member}\` ${mistake}`;
    }
  }
  return undefined;
}

function field(mistake: string, fits: (value: unknown) => boolean): ServerField {
  return { isKept: true, mistakeIn: (value) => (fits(value) ? undefined : mistake) };
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

/** Timers hold 31 bits. */
function isTime(value: unknown): boolean {
  return typeof value === 'number' && value > 0 && value <= 0x7fffffff;
}

function isVerdict(value: unknown): boolean {
  if (typeof value === 'string') return ['allow', 'ask', 'deny'].includes(value);
  if (!isObject(value) || Object.keys(value).length !== 1) return false;
  return isObject(value['ask']) || typeof value['deny'] === 'string';
}
