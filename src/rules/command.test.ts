import { describe, expect, it, test } from 'vitest';
import type { RuleDecision } from '../conversation/rule.ts';
import { rulesFrom } from './rules.ts';

const far = { root: '/srv', realPath: (path: string): string => path };
const rules = rulesFrom(
  {
    version: 1,
    rules: [
      {
        decision: 'allow',
        tool: 'shell',
        when: { command: ['git status', 'git log **', 'npm run *', 'ls -*', 'sudo id'] },
      },
      { decision: 'deny', tool: 'shell', when: { command: 'rm **' } },
    ],
  },
  far,
);

describe('a command', () => {
  test.each<[string, RuleDecision]>([
    ['git status', 'allow'],
    ['  git   status ', 'allow'],
    ['git "status"', 'allow'],
    ["git 'status'", 'allow'],
    ['git log', 'allow'],
    ['git log --oneline -5', 'allow'],
    ['git log --author="Ann Bee"', 'allow'],
    ['npm run build', 'allow'],
    ['ls -la', 'allow'],
    // Another program, more words, fewer words.
    ['git status --porcelain', 'ask'],
    ['git', 'ask'],
    ['git push', 'ask'],
    ['./git status', 'ask'],
    ['/tmp/git status', 'ask'],
    ['GIT status', 'ask'],
    ['"git status"', 'ask'],
    ['npm run', 'ask'],
    ['npm run --script-shell=/tmp/x', 'ask'],
    ['npm run build deploy', 'ask'],
    ['', 'ask'],
    // Compound.
    ['git status; rm -r x', 'ask'],
    ['git status;rm -r x', 'ask'],
    ['git status && rm -r x', 'ask'],
    ['git status & rm -r x', 'ask'],
    ['git status || rm -r x', 'ask'],
    ['git status | sh', 'ask'],
    ['git status\nrm -r x', 'ask'],
    ['git status\r\nrm -r x', 'ask'],
    ['git log\u2028rm -r x', 'ask'],
    ['(git status)', 'ask'],
    ['{ git status; }', 'ask'],
    ['! git status', 'ask'],
    // Substitutions and variables.
    ['git log $(rm -r x)', 'ask'],
    ['git log `rm -r x`', 'ask'],
    ['git log "$(rm -r x)"', 'ask'],
    ['git log "`rm -r x`"', 'ask'],
    ['git log <(rm -r x)', 'ask'],
    ['git log $HOME', 'ask'],
    ['git log ${IFS}x', 'ask'],
    ['git log %PATH%', 'ask'],
    ['git log !!', 'ask'],
    ["git log $'x'", 'ask'],
    // Redirections, patterns, expansions, comments, escapes.
    ['git log > /etc/passwd', 'ask'],
    ['git log>/etc/passwd', 'ask'],
    ['git log 2>&1', 'ask'],
    ['git log < x', 'ask'],
    ['git log << x', 'ask'],
    ['git log *', 'ask'],
    ['git log ?', 'ask'],
    ['git log [a]', 'ask'],
    ['git log {a,b}', 'ask'],
    ['git log ~', 'ask'],
    ['git log # x', 'ask'],
    ['git log \\', 'ask'],
    ['git log "a\\"', 'ask'],
    ['git log ^x', 'ask'],
    // Quotes that do not end, that another shell does not know, or takes for others.
    ['git log "a', 'ask'],
    ["git log 'a", 'ask'],
    ["git log 'a & rm -r x'", 'ask'],
    ['git log "a\u201d; rm x"', 'ask'],
    // Assignments.
    ['GIT_PAGER=sh git log', 'ask'],
    ['git log =sh', 'ask'],
    // Spaces that only look like some.
    ['git\u00a0status', 'ask'],
    ['git log\u200b', 'ask'],
    // Forbidden, however it is written.
    ['rm', 'deny'],
    ['rm -rf /', 'deny'],
    ['/bin/rm x', 'deny'],
    ['RM x', 'deny'],
    ['rm.exe x', 'deny'],
    ['"rm" x', 'deny'],
    ["r'm' x", 'deny'],
    // A program that runs others may run it, also where the rule that allows says so.
    ['sudo rm x', 'ask'],
    ['sudo id', 'ask'],
    ['/usr/bin/env rm x', 'ask'],
    ['xargs rm', 'ask'],
    ['sh -c "rm x"', 'ask'],
    ['r\\m x', 'ask'],
  ])('%j: %s', (command, decision) => {
    expect(rules.explain({ name: 'shell', input: { command } }).decision).toBe(decision);
  });

  it('is a text: a list of words is looked at word by word', () => {
    const of = (command: unknown): RuleDecision => rules.explain({ name: 'shell', input: { command } }).decision;
    expect(of(['git status'])).toBe('allow');
    expect(of(['git', 'status'])).toBe('ask');
    expect(of(['rm', '-rf'])).toBe('deny');
    expect(of({ line: 'git status' })).toBe('ask');
  });

  it('of a long line takes no long time', () => {
    const line = `git log ${'"a"'.repeat(20_000)}"`;
    expect(rules.explain({ name: 'shell', input: { command: line } }).decision).toBe('ask');
  });
});
