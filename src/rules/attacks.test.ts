// A hundred ways around a rule, and more: what somebody may write who wants a call to run that a rule should stop.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, test } from 'vitest';
import type { Rule, RuleDecision } from '../conversation/rule.ts';
import { rulesFrom } from './rules.ts';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'yourcall-attacks-')));
for (const folder of ['docs/deep', 'secrets/café', 'ΟΔΟΣ', 'straße'])
  mkdirSync(join(root, folder), { recursive: true });
writeFileSync(join(root, 'secrets/key'), '');
symlinkSync('../secrets/key', join(root, 'docs/letter'));
symlinkSync('../secrets', join(root, 'docs/door'));
symlinkSync('door', join(root, 'docs/second-door'));
symlinkSync('../secrets/not-there-yet', join(root, 'docs/dangling'));
symlinkSync('/', join(root, 'docs/top'));
symlinkSync('loop', join(root, 'docs/loop'));
afterAll(() => rmSync(root, { recursive: true }));

const noon = Date.parse('2030-05-01T12:00:00Z');
const rule = (decision: RuleDecision, when?: Rule['when'], more: Partial<Rule> = {}): Rule => ({
  decision,
  tool: 't',
  ...(when && { when }),
  ...more,
});

function decided(rules: readonly Rule[], input: unknown): RuleDecision {
  return rulesFrom({ version: 1, rules }, { root, now: () => noon }).explain({ name: 't', input }).decision;
}

/** What is tried; what is written; what a rule says that allows `./docs/**`; and one that denies `./secrets/**` where all else is allowed. */
type PathCase = readonly [tried: string, path: unknown, allowing: RuleDecision, denying: RuleDecision];

const pathCases: readonly PathCase[] = [
  ['nothing', 'docs/a.md', 'allow', 'allow'],
  ['a dot', './docs/./a.md', 'allow', 'allow'],
  ['slashes', 'docs///a.md', 'allow', 'allow'],
  ['a slash at the end', 'secrets/', 'ask', 'deny'],
  ['a dot at the end', 'secrets/.', 'ask', 'deny'],
  ['up', 'docs/../secrets/key', 'ask', 'deny'],
  ['up and up', 'docs/deep/../../secrets/key', 'ask', 'deny'],
  ['up from nowhere', 'docs/nowhere/../../secrets/key', 'ask', 'deny'],
  ['up at the end', 'docs/..', 'ask', 'ask'],
  ['up beyond the top', `${'../'.repeat(40)}${root.slice(1)}/secrets/key`, 'ask', 'deny'],
  ['a whole path', `${root}/secrets/key`, 'ask', 'deny'],
  ['a whole path with slashes', `//${root}//secrets//key`, 'ask', 'deny'],
  ['the folder above', '.', 'ask', 'ask'],
  ['the top', '/', 'ask', 'ask'],
  ['a link to a file', 'docs/letter', 'ask', 'deny'],
  ['a link to a folder', 'docs/door/key', 'ask', 'deny'],
  ['a link to a link', 'docs/second-door/key', 'ask', 'deny'],
  ['up from behind a link', 'docs/door/../secrets/key', 'ask', 'deny'],
  ['a link to the top', `docs/top${root}/secrets/key`, 'ask', 'deny'],
  ['a link to what is not there yet', 'docs/dangling', 'ask', 'ask'],
  ['a link to itself', 'docs/loop/key', 'ask', 'ask'],
  ['a link of the system to where it works', '/proc/self/cwd/package.json', 'ask', 'ask'],
  ['a link of the system to the top', `/proc/self/root${root}/secrets/key`, 'ask', 'ask'],
  ['a file that is open', '/dev/fd/0', 'ask', 'ask'],
  ['a file by its number, on a Mac', '/.vol/16777220/2', 'ask', 'ask'],
  ['another case', 'SECRETS/Key', 'ask', 'deny'],
  ['another case of what is allowed', 'Docs/a.md', 'ask', 'allow'],
  ['wide letters', 'ｓecrets/key', 'ask', 'deny'],
  ['a long s', 'ſecrets/key', 'ask', 'deny'],
  ['a letter of its own that is two', 'secrets/café/x', 'ask', 'deny'],
  ['the same letter as two', 'secrets/cafe\u0301/x', 'ask', 'deny'],
  ['a soft hyphen', 'sec\u00adrets/key', 'ask', 'ask'],
  ['a letter without width', 'sec\u200brets/key', 'ask', 'ask'],
  ['a filler that counts as a letter', 'secrets\u3164/key', 'ask', 'ask'],
  ['writing from right to left', 'docs/\u202eyek', 'ask', 'ask'],
  ['half a letter', 'secrets\ud800/key', 'ask', 'ask'],
  ['an end in the middle', 'secrets/key\0.md', 'ask', 'ask'],
  ['a new line', 'docs/a\n../secrets/key', 'ask', 'ask'],
  ['an encoded dot', 'docs/%2e%2e/secrets/key', 'ask', 'ask'],
  ['an encoded slash', 'docs%2f..%2fsecrets', 'ask', 'ask'],
  ['encoded twice', 'docs/%252e%252e/secrets', 'ask', 'ask'],
  ['encoded as no letter may be', 'docs/%c0%ae%c0%ae/secrets', 'ask', 'ask'],
  ['a home', '~/secrets/key', 'ask', 'ask'],
  ['a home of somebody', '~root/secrets', 'ask', 'ask'],
  ['a variable', '$PWD/secrets/key', 'ask', 'ask'],
  ['a variable of Windows', '%CD%/secrets', 'ask', 'ask'],
  ['a command', 'docs/`id`', 'ask', 'ask'],
  ['a star', 'secret*/key', 'ask', 'ask'],
  ['a question mark', 'secret?/key', 'ask', 'ask'],
  ['braces', '{secrets,docs}/key', 'ask', 'ask'],
  ['brackets', 'secret[s]/key', 'ask', 'ask'],
  ['brackets around a letter of a link', 'docs/[d]oor/key', 'ask', 'ask'],
  ['one of several', 'secret@(s)/key', 'ask', 'ask'],
  ['some of several', 'secret+(s)/key', 'ask', 'ask'],
  ['all but one', '!(docs)/key', 'ask', 'ask'],
  ['all but this', '!docs/a.md', 'ask', 'ask'],
  ['backslashes', 'docs\\..\\secrets\\key', 'ask', 'ask'],
  ['a drive', 'C:/secrets/key', 'ask', 'ask'],
  ['a drive without a slash', 'C:secrets', 'ask', 'ask'],
  ['a machine', '\\\\server\\secrets', 'ask', 'ask'],
  ['a device', '//?/C:/secrets', 'ask', 'ask'],
  ['a stream of a file', 'secrets/key::$DATA', 'ask', 'ask'],
  ['a short name', 'SECRET~1/key', 'ask', 'ask'],
  ['a dot that Windows drops', 'secrets./key', 'ask', 'ask'],
  ['a blank that Windows drops', 'secrets /key', 'ask', 'ask'],
  ['an address', 'file:///secrets/key', 'ask', 'ask'],
  ['a hidden name', 'docs/.ssh/key', 'ask', 'allow'],
  ['a name that begins alike', 'docs-of-others/a.md', 'ask', 'allow'],
  ['one of two', ['docs/a.md', 'secrets/key'], 'ask', 'deny'],
  ['one in a list in a list', [['docs/a.md'], [['secrets/key']]], 'ask', 'deny'],
  ['an empty list', [], 'ask', 'ask'],
  ['no text', { 0: 'secrets/key' }, 'ask', 'ask'],
  ['nothing at all', undefined, 'ask', 'ask'],
];

describe('a path', () => {
  test.each(pathCases)('%s: %j', (_, path, allowing, denying) => {
    expect(decided([rule('allow', { path: './docs/**' })], { path })).toBe(allowing);
    expect(decided([rule('allow'), rule('deny', { path: './secrets/**' })], { path })).toBe(denying);
  });

  it.each([
    ['ΟΔΟΣ', 'οδοσ/a'],
    ['ΟΔΟΣ', 'οδος/a'],
    ['straße', 'STRASSE/a'],
    ['straße', 'STRAẞE/a'],
  ])('that is denied as %s is so as %s, as a disk may take it', (folder, path) => {
    expect(decided([rule('allow'), rule('deny', { path: `./${folder}/**` })], { path })).toBe('deny');
    expect(decided([rule('allow', { path: `./${folder}/**` })], { path })).toBe('ask');
  });
});

/** What is tried; the line; what rules say that allow `git status` and `npm run *`; and one that denies `rm **` where all else is allowed. */
type CommandCase = readonly [tried: string, command: unknown, allowing: RuleDecision, denying: RuleDecision];

const commandCases: readonly CommandCase[] = [
  ['nothing', 'git status', 'allow', 'allow'],
  ['blanks', '  git  status\t', 'allow', 'allow'],
  ['quotes', 'git "status"', 'allow', 'allow'],
  ['the program itself', 'rm -rf x', 'ask', 'deny'],
  ['quotes around some of it', `r"m" x`, 'ask', 'deny'],
  ['quotes around nothing', `r''m x`, 'ask', 'deny'],
  ['its whole path', '/usr/bin/../bin/rm x', 'ask', 'deny'],
  ['another case', 'RM x', 'ask', 'deny'],
  ['an ending', 'rm.EXE x', 'ask', 'deny'],
  ['a backslash', 'r\\m x', 'ask', 'ask'],
  ['a line that goes on', 'r\\\nm x', 'ask', 'ask'],
  ['and', 'git status && rm x', 'ask', 'ask'],
  ['or', 'git status || rm x', 'ask', 'ask'],
  ['then', 'git status; rm x', 'ask', 'ask'],
  ['then without a blank', 'git status;rm x', 'ask', 'ask'],
  ['a pipe', 'git status | rm x', 'ask', 'ask'],
  ['a pipe of everything', 'git status |& rm x', 'ask', 'ask'],
  ['beside', 'git status & rm x', 'ask', 'ask'],
  ['a new line', 'git status\nrm x', 'ask', 'ask'],
  ['a return', 'git status\rrm x', 'ask', 'ask'],
  ['a new line of a kind', 'git status\u2028rm x', 'ask', 'ask'],
  ['a substitution', 'git status $(rm x)', 'ask', 'ask'],
  ['a substitution in quotes', 'git "status$(rm x)"', 'ask', 'ask'],
  ['backticks', 'git status `rm x`', 'ask', 'ask'],
  ['arithmetic', 'git status $((a[$(rm x)]))', 'ask', 'ask'],
  ['a process', 'git status <(rm x)', 'ask', 'ask'],
  ['a process to write to', 'git status >(rm x)', 'ask', 'ask'],
  ['a file to write', 'git status > /etc/passwd', 'ask', 'ask'],
  ['a file to write, without blanks', 'git status>>x', 'ask', 'ask'],
  ['a document', 'git status <<X\nrm x\nX', 'ask', 'ask'],
  ['a text', 'git status <<< x', 'ask', 'ask'],
  ['a variable', '$X status', 'ask', 'ask'],
  ['a variable that parts words', 'rm${IFS}x', 'ask', 'ask'],
  ['a variable set before', 'GIT_PAGER=rm git status', 'ask', 'ask'],
  ['braces', '{rm,x}', 'ask', 'ask'],
  ['braces in an argument', 'git {status,push}', 'ask', 'ask'],
  ['a group', '(git status)', 'ask', 'ask'],
  ['not', '! git status', 'ask', 'ask'],
  ['a comment', 'git status # rm x', 'ask', 'ask'],
  ['quotes of Bash', `git $'sta\\x74us'`, 'ask', 'ask'],
  ['quotes that do not end', 'git "status', 'ask', 'ask'],
  ['quotes that PowerShell knows', 'git \u201cstatus\u201d', 'ask', 'ask'],
  ['a blank that is none to a shell', 'git\u00a0status', 'ask', 'ask'],
  ['a blank that is none, in front', '\u00a0git status', 'ask', 'ask'],
  ['a mark in front', '\ufeffgit status', 'ask', 'ask'],
  ['a wide blank', 'rm\u3000x', 'ask', 'ask'],
  ['an option in place of a name', 'npm run --script-shell=/tmp/x', 'ask', 'allow'],
  ['an option in quotes', 'npm run "--script-shell=/tmp/x"', 'ask', 'allow'],
  ['one word more', 'git status .', 'ask', 'allow'],
  ['all in one word', '"git status"', 'ask', 'allow'],
  ['another program of the name', './git status', 'ask', 'allow'],
  ['an administrator', 'sudo rm x', 'ask', 'ask'],
  ['an environment', 'env X=1 rm x', 'ask', 'ask'],
  ['a shell', 'bash -c "rm x"', 'ask', 'ask'],
  ['a shell with a version', 'zsh-5.9 -c "rm x"', 'ask', 'ask'],
  ['words from elsewhere', 'xargs rm', 'ask', 'ask'],
  ['files that are found', 'find . -exec rm x +', 'ask', 'ask'],
  ['a box of programs', 'toybox rm x', 'ask', 'ask'],
  ['a word of a shell', 'coproc rm x', 'ask', 'ask'],
  ['a word of another shell', 'noglob rm x', 'ask', 'ask'],
  ['somebody who watches', 'strace -f rm x', 'ask', 'ask'],
  ['another top', 'chroot / /bin/rm x', 'ask', 'ask'],
  ['a loader', '/lib64/ld-linux-x86-64.so.2 /bin/rm x', 'ask', 'ask'],
  ['a language', `python3.12 -c "import os; os.remove('x')"`, 'ask', 'ask'],
  ['a language in its shortest', 'perl -e unlink', 'ask', 'ask'],
  ['a language by a word', 'deno eval "1"', 'ask', 'ask'],
  ['a program in a language', 'node test.js', 'ask', 'allow'],
  ['a program of texts', 'awk "BEGIN{}" x', 'ask', 'ask'],
  ['an alias of git', 'git -c alias.status=rm status', 'ask', 'allow'],
  ['a list of words', ['rm', '-rf', 'x'], 'ask', 'deny'],
  ['no text', { line: 'rm x' }, 'ask', 'ask'],
  ['nothing at all', undefined, 'ask', 'ask'],
];

describe('a command', () => {
  test.each(commandCases)('%s: %j', (_, command, allowing, denying) => {
    expect(decided([rule('allow', { command: ['git status', 'npm run *'] })], { command })).toBe(allowing);
    expect(decided([rule('allow'), rule('deny', { command: 'rm **' })], { command })).toBe(denying);
  });
});

describe('an amount up to fifty', () => {
  test.each<[tried: string, amount: unknown, allowing: RuleDecision, denying: RuleDecision]>([
    ['as much', 50, 'allow', 'deny'],
    ['a little more', 50.000_000_1, 'ask', 'allow'],
    ['a text', '50', 'ask', 'ask'],
    ['a text that counts otherwise', '0x1F', 'ask', 'ask'],
    ['a text with much behind it', '50e9', 'ask', 'ask'],
    ['no number', Number.NaN, 'ask', 'ask'],
    ['without end', Infinity, 'ask', 'allow'],
    ['nothing, from below', -0, 'allow', 'deny'],
    ['less than nothing', -1, 'ask', 'allow'],
    ['more than is told apart', 2 ** 53 + 2, 'ask', 'allow'],
    ['far below, more than is told apart', -(2 ** 53) - 2, 'ask', 'allow'],
    ['a large one of another kind', 50n, 'ask', 'ask'],
    ['in a list', [50], 'allow', 'deny'],
    ['one of two', [50, 51], 'ask', 'deny'],
    ['in an object', { value: 50 }, 'ask', 'ask'],
    ['true', true, 'ask', 'ask'],
    ['none', null, 'ask', 'ask'],
    ['left out', undefined, 'ask', 'ask'],
  ])('%s: %s', (_, amount, allowing, denying) => {
    const upTo = { amount: { gte: 0, lte: 50 } };
    expect(decided([rule('allow', upTo)], { amount })).toBe(allowing);
    expect(decided([rule('allow'), rule('deny', upTo)], { amount })).toBe(denying);
  });
});

describe('a name', () => {
  test.each<[tried: string, input: object, allowing: RuleDecision, denying: RuleDecision]>([
    ['as it is', { to: 'eve' }, 'allow', 'deny'],
    ['another case', { to: 'EVE' }, 'ask', 'deny'],
    ['wide letters', { to: 'ｅｖｅ' }, 'ask', 'deny'],
    ['a letter without width', { to: 'e\u200bve' }, 'ask', 'deny'],
    ['blanks around it', { to: ' eve\t' }, 'ask', 'deny'],
    ['in a list', { to: ['ann', 'eve'] }, 'ask', 'deny'],
    ['by a name with a dot', { 'to.name': 'eve', to: 'ann' }, 'ask', 'allow'],
    ['by another member', { To: 'eve' }, 'ask', 'ask'],
  ])('%s: %j', (_, input, allowing, denying) => {
    expect(decided([rule('allow', { to: 'eve' })], input)).toBe(allowing);
    expect(decided([rule('allow'), rule('deny', { to: 'eve' })], input)).toBe(denying);
  });
});

describe('an address', () => {
  test.each<[tried: string, url: unknown, allowing: RuleDecision, denying: RuleDecision]>([
    ['as it is', 'https://shop.example/a', 'allow', 'deny'],
    ['another case', 'HTTPS://SHOP.example/a', 'ask', 'deny'],
    ['a blank in front', ' https://shop.example/a', 'ask', 'deny'],
    ['a new line in it', 'ht\ntps://shop.example/a', 'ask', 'deny'],
    ['another host that begins alike', 'https://shop.example.evil.example/', 'ask', 'allow'],
    ['another host behind a name', 'https://shop.example@evil.example/', 'ask', 'allow'],
    ['no text', ['https://shop.example/a', 5], 'ask', 'deny'],
  ])('%s: %j', (_, url, allowing, denying) => {
    expect(decided([rule('allow', { url: { startsWith: 'https://shop.example/' } })], { url })).toBe(allowing);
    const denied = rule('deny', { url: { startsWith: 'https://shop.example/' } });
    expect(decided([rule('allow'), denied], { url })).toBe(denying);
  });
});

describe('a list or an object as a whole', () => {
  test.each<[tried: string, to: unknown, allowing: RuleDecision, denying: RuleDecision]>([
    ['as it is', { name: 'eve', no: [1] }, 'allow', 'deny'],
    ['in another order', { no: [1], name: 'eve' }, 'allow', 'deny'],
    ['another case', { name: 'Eve', no: [1] }, 'ask', 'deny'],
    ['numbers as texts', { name: 'eve', no: ['1'] }, 'ask', 'ask'],
    ['one more', { name: 'eve', no: [1, 2] }, 'ask', 'allow'],
  ])('%s: %j', (_, to, allowing, denying) => {
    const whole = { to: { equals: { name: 'eve', no: [1] } } };
    expect(decided([rule('allow', whole)], { to })).toBe(allowing);
    expect(decided([rule('allow'), rule('deny', whole)], { to })).toBe(denying);
  });
});

it.each([
  ['blanks', `git${' '.repeat(200_000)}x;`],
  ['words', 'a '.repeat(100_000)],
  ['the word itself', 'a rm'.repeat(60_000)],
  ['lines', `${'-'.repeat(200_000)}x`],
  ['dots', `${'.'.repeat(200_000)}x`],
  ['quotes', `git ${"'a'".repeat(60_000)}`],
])('a command of endless %s takes no endless time', (_, command) => {
  const begun = performance.now();
  decided([rule('allow', { command: 'git status' }), rule('deny', { command: 'rm * * x' })], { command });
  expect(performance.now() - begun).toBeLessThan(2_000);
});

it.each([
  ['names', 'a/'.repeat(100_000)],
  ['dots', `a${'.'.repeat(200_000)}b`],
  ['ups', '../'.repeat(60_000)],
])('a path of endless %s takes no endless time', (_, path) => {
  const begun = performance.now();
  decided([rule('allow', { path: './docs/**/a/**' }), rule('deny', { path: './**/secrets/**' })], { path });
  expect(performance.now() - begun).toBeLessThan(2_000);
});

describe('precedence', () => {
  const about = { allow: rule('allow'), ask: rule('ask'), deny: rule('deny') };
  const past = '2030-05-01T11:59:59Z';
  const at = '2030-05-01T12:00:00Z';
  const later = '2030-05-01T12:00:01Z';
  test.each<[tried: string, rules: readonly Rule[], decision: RuleDecision]>([
    ['no rule', [], 'ask'],
    ['deny, ask, allow', [about.deny, about.ask, about.allow], 'deny'],
    ['deny, allow, ask', [about.deny, about.allow, about.ask], 'deny'],
    ['ask, deny, allow', [about.ask, about.deny, about.allow], 'deny'],
    ['ask, allow, deny', [about.ask, about.allow, about.deny], 'deny'],
    ['allow, deny, ask', [about.allow, about.deny, about.ask], 'deny'],
    ['allow, ask, deny', [about.allow, about.ask, about.deny], 'deny'],
    ['allow, ask', [about.allow, about.ask], 'ask'],
    ['ask, allow', [about.ask, about.allow], 'ask'],
    ['many that allow and one that denies', [...Array.from({ length: 9 }, () => about.allow), about.deny], 'deny'],
    ['one that is nearer allows', [rule('deny', undefined, { tool: '*' }), about.allow], 'deny'],
    ['one that allows is over', [rule('allow', undefined, { expires: past })], 'ask'],
    ['one that allows is just over', [rule('allow', undefined, { expires: at })], 'ask'],
    ['one that allows is not over', [rule('allow', undefined, { expires: later })], 'allow'],
    ['one that denies is over', [about.allow, rule('deny', undefined, { expires: past })], 'allow'],
    ['one that denies is not over', [about.allow, rule('deny', undefined, { expires: later })], 'deny'],
    ['one that asks is over', [about.allow, rule('ask', undefined, { expires: past })], 'allow'],
    ['one of another tool', [about.allow, rule('deny', undefined, { tool: 'tt' })], 'allow'],
    ['one that denies what cannot be told', [about.allow, rule('deny', { amount: { gt: 5 } })], 'ask'],
    ['one that asks about what cannot be told', [about.allow, rule('ask', { amount: { gt: 5 } })], 'ask'],
    ['one that allows what cannot be told', [rule('allow', { amount: { gt: 5 } })], 'ask'],
  ])('%s: %s', (_, rules, decision) => {
    expect(decided(rules, {})).toBe(decision);
  });
});

it('that are more than a hundred', () => {
  expect(pathCases.length + commandCases.length).toBeGreaterThan(100);
});
