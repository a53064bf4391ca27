import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ChatError, messageOf } from '../../conversation/error.ts';
import { rulesFrom } from '../../rules/rules.ts';
import type { Rules } from '../../rules/rules.ts';
import { count, visible, visibleJson } from '../../wire/plain-text.ts';
import { runCommand } from '../thread/command.ts';
import { neededPlace, placeFlags, placeUsage } from '../thread/place.ts';
import type { placeOf } from '../thread/place.ts';
import { grantsBeside, grantsIn, listGrants, revokeGrant } from './grants.ts';

const usage = `Usage: yourcall rules test FILE                              plays the tests beside the rules
       yourcall rules explain FILE --tool NAME --input JSON  which rule decides about a call, and why
       yourcall rules grants [FILE]                          what people have granted
       yourcall rules revoke [FILE] GRANT                    takes one of these back, by its id

Grants stand in a FILE (fileGrants), or beside the threads of --db.

  --root FOLDER           where relative paths begin. Default: this folder
${placeUsage}

Exit codes: 0, or 1 when a test fails, there is none, or something went wrong.`;

/** `yourcall rules`: gives its exit code. */
export function rules(argv: readonly string[]): Promise<number> {
  return runCommand({ name: 'yourcall rules', usage, run }, argv);
}

async function run(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...argv], options: flags, allowPositionals: true });
  const [action, file, ...others] = positionals;
  if (action === 'grants' || action === 'revoke') return granted(action, { values, words: positionals.slice(1) });
  if ((action !== 'test' && action !== 'explain') || file === undefined || others.length > 0) {
    throw wrong(itIs);
  }
  const { root } = values;
  const read = rulesFrom(textOf(file), { ...(root !== undefined && { root }) });
  return action === 'test' ? play(read) : tell(read, values);
}

interface GrantCommand {
  readonly values: Parameters<typeof placeOf>[0];
  readonly words: readonly string[];
}

async function granted(action: 'grants' | 'revoke', { values, words }: GrantCommand): Promise<number> {
  const id = action === 'revoke' ? words.at(-1) : undefined;
  const [file, ...others] = action === 'revoke' ? words.slice(0, -1) : words;
  if ((action === 'revoke' && id === undefined) || others.length > 0) throw wrong(itIs);
  const kept = file === undefined ? await grantsBeside(neededPlace(values)) : grantsIn(file);
  const work = id === undefined ? listGrants(kept) : revokeGrant(kept, id);
  return work.finally(() => kept.close());
}

const itIs = 'It is test FILE, explain FILE, grants [FILE] or revoke [FILE] GRANT; see yourcall rules --help';

const flags = { ...placeFlags, tool: { type: 'string' }, input: { type: 'string' }, root: { type: 'string' } } as const;

function play(read: Rules): number {
  const results = read.test();
  // A check that has looked at nothing is not passed.
  if (results.length === 0) throw wrong('There are no tests beside the rules');
  const failed = results.filter(({ passed }) => !passed);
  for (const { test, explanation } of failed) {
    const wanted = `${test.expect}${test.because === undefined ? '' : ` (${test.because})`}`;
    const call = `${test.tool} ${visibleJson(test.input ?? {})}`;
    console.log(visible(`failed: ${call}: expected ${wanted}, got ${explanation.decision}: ${explanation.because}`));
  }
  console.log(`${count(results.length - failed.length, 'test')} passed, ${failed.length} failed.`);
  return failed.length === 0 ? 0 : 1;
}

function tell(read: Rules, { tool, input }: { readonly tool?: string; readonly input?: string }): number {
  if (tool === undefined) throw wrong('Which call? Name its --tool, and its --input as JSON');
  const { decision, because, considered } = read.explain({ name: tool, input: inputOf(input) });
  console.log(visible(`${decision}: ${because}`));
  for (const { name, rule, fits, members } of considered) {
    const told = members.map((one) => `${one.member}: ${one.fits}`).join(', ');
    console.log(visible(`  ${name}, ${rule.decision} ${rule.tool}: ${fits}${told === '' ? '' : ` (${told})`}`));
  }
  return 0;
}

function inputOf(text = '{}'): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ChatError('invalid-request', `--input is no JSON: ${messageOf(cause)}`, { cause });
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ChatError('invalid-request', `Reading ${file}: ${messageOf(cause)}`, { cause });
  }
}

function wrong(sentence: string): ChatError {
  return new ChatError('invalid-request', sentence);
}
