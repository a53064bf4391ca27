import { dirname, relative, resolve, sep } from 'node:path';
import { isObject } from '../conversation/json.ts';
import type { JsonObject } from '../conversation/json.ts';
import type { SeenCall, Step, Suggestion, ToolNature } from '../conversation/suggestion.ts';
import { isPathName } from './condition.ts';
import type { Place } from './path.ts';
import type { Condition, Rule } from '../conversation/rule.ts';
import type { RuledCall } from './rule.ts';

/** Rules that allow what was seen, and what is one step broader. */
export function suggest({ name, input = {} }: RuledCall, place: Place): Suggestion {
  if (!isObject(input)) return refused('its input has no members');
  const members = Object.entries(input).filter(([, value]) => value !== undefined);
  const odd = members.find(([member]) => member === '' || member.includes('.'));
  if (odd) return refused(`a rule cannot name its member ${JSON.stringify(odd[0])}`);
  if (members.length === 0) return refused('its input is empty');
  const seen = members.map(([member, value]) => [member, conditionOf(member, value, place)] as const);
  const ruleOf = (conditions: readonly (readonly [string, Condition])[]): Rule => ({
    decision: 'allow',
    tool: name,
    when: Object.fromEntries(conditions),
    // What was not seen is not granted.
    only: true,
  });
  const steps = members.flatMap(([member, value]): readonly Step[] => {
    const step = stepOf(member, value, place);
    if (!step) return [];
    const rule = ruleOf(seen.map((one) => (one[0] === member ? [member, step.condition] : one)));
    return [{ rule, says: `${member}: ${step.says}` }];
  });
  return { type: 'suggested', exact: ruleOf(seen), steps };
}

/** Why nothing may be granted for a call, whatever a rule says; nothing when it may. */
export function refusalOf(
  { name, input, requirements = [], sensitive }: SeenCall,
  { metadata = {}, sensitive: kept = sensitive }: ToolNature,
): string | undefined {
  const { destructive, destructiveHint, revealsSecrets } = metadata;
  if (destructive === true || destructiveHint === true) return 'its tool destroys';
  if (revealsSecrets === true) return 'its tool reveals secrets';
  // A rule holds what was seen, and is listed.
  if (kept !== undefined) return 'its tool keeps something of it to itself';
  const word = wordsOf(name).find((one) => grave.has(one));
  if (word !== undefined) return `its tool is named for something grave: ${word}`;
  for (const { risk, approvers, notBy } of requirements) {
    if (approvers || notBy) return 'it takes the word of certain people';
    const risky = wordsOf(risk ?? '').find((one) => grave.has(one));
    if (risky !== undefined) return `its risk is ${risky}`;
  }
  return secretIn(input) ? 'it is about a file or a value that holds secrets' : undefined;
}

function refused(because: string): Suggestion {
  return { type: 'refused', because };
}

function conditionOf(member: string, value: unknown, place: Place): Condition {
  if (typeof value === 'string' && isPathName(member)) return { path: shown(resolve(place.root, value), place) };
  // What a call holds is JSON.
  return { equals: value as JsonObject };
}

interface Wider {
  readonly condition: Condition;
  readonly says: string;
}

function stepOf(member: string, value: unknown, place: Place): Wider | undefined {
  if (typeof value === 'number' && value > 0) {
    return { condition: { gte: 0, lte: value }, says: `from 0 up to ${value}` };
  }
  if (typeof value !== 'string') return undefined;
  if (isPathName(member)) {
    const folder = shown(dirname(resolve(place.root, value)), place);
    // Outside of the root a folder is nobody's to give.
    return folder.startsWith('.') ? { condition: { path: `${folder}/*` }, says: `any file in ${folder}` } : undefined;
  }
  return contents.has(member) ? { condition: { exists: true }, says: 'whatever it says' } : undefined;
}

/** Texts that say what is written or looked for, never where it goes. */
const contents: ReadonlySet<string> = new Set(['content', 'contents', 'text', 'body', 'query', 'pattern']);

function shown(path: string, { root }: Place): string {
  const inside = relative(root, path).replaceAll(sep, '/');
  if (inside === '') return '.';
  return inside === '..' || inside.startsWith('../') ? path : `./${inside}`;
}

/** `deleteFile`, `fs__delete_file` and `delete-file` are all made of `delete` and `file`. */
function wordsOf(name: string): readonly string[] {
  return name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z\d]+/);
}

const grave: ReadonlySet<string> = new Set(
  `delete deletes remove rm rmdir unlink erase drop destroy destructive wipe shred trash purge prune truncate uninstall
  revoke kill terminate format
  reset overwrite secret secrets password passwords credential credentials token tokens key keys keychain vault env
  decrypt passphrase otp exec execute eval shell bash powershell sudo`.split(/\s+/),
);

const secretPlace =
  /(?:^|[/\\])(?:\.env(?:\..*)?|\.ssh|\.aws|\.gnupg|\.kube|\.docker|\.netrc|\.npmrc|\.pgpass|id_[a-z\d]+|shadow|credentials?(?:\.\w+)?|secrets?(?:\.\w+)?|[^/\\]*\.(?:pem|key|p12|pfx|kdbx|keystore|jks))(?:$|[/\\])/i;
const secretName = /pass(?:word|phrase)|secret|token|api_?key|private_?key|credential/i;

function secretIn(value: unknown): boolean {
  if (typeof value === 'string') return secretPlace.test(value);
  if (Array.isArray(value)) return value.some(secretIn);
  return isObject(value) && Object.entries(value).some(([name, one]) => secretName.test(name) || secretIn(one));
}
