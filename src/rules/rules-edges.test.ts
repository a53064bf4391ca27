import { expect, test } from 'vitest';
import type { Rule } from '../conversation/rule.ts';
import { rulesFrom } from './rules.ts';

/** A place that exists on no machine, without links. */
const place = { root: '/files', realPath: (path: string): string => path };

/** What the rules say of a call, where nothing else is forbidden. */
function decisionOf(rule: Rule, input: object, realPath = place.realPath): string {
  const rules = rulesFrom({ version: 1, default: 'allow', rules: [rule] }, { ...place, realPath });
  return rules.explain({ name: rule.tool, input }).decision;
}

test('what is forbidden by the name of a link is so wherever the link leads', () => {
  const realPath = (path: string): string => path.replace('/files/keys/old', '/srv/elsewhere');
  const rule: Rule = { decision: 'deny', tool: 'read', when: { path: './keys/**' } };
  expect(decisionOf(rule, { path: './keys/old/a.pem' }, realPath)).toBe('deny');
});

test('a command behind a variable is not taken for a program of that name', () => {
  const rule: Rule = { decision: 'deny', tool: 'bash', when: { command: 'rm **' } };
  expect(decisionOf(rule, { command: 'LANG=C rm notes' })).toBe('ask');
  expect(decisionOf(rule, { command: 'ls notes' })).toBe('allow');
});

test('an input that may hold one member alone holds none whose name begins like it', () => {
  const rule: Rule = { decision: 'allow', tool: 'write', when: { to: 'bob' }, only: true };
  const rules = rulesFrom({ version: 1, rules: [rule] }, place);
  expect(rules.explain({ name: 'write', input: { to: 'bob' } }).decision).toBe('allow');
  expect(rules.explain({ name: 'write', input: { to: 'bob', total: 5 } }).decision).toBe('ask');
});

test('a grant that does not allow decides nothing', () => {
  const rules = rulesFrom({ version: 1, rules: [] }, place);
  const rule: Rule = { decision: 'deny', tool: 'pay' };
  const explained = rules.explain({ name: 'pay' }, [{ id: 'g1', rule, scope: 'always', at: 0 }]);
  expect([explained.decision, explained.considered]).toEqual(['ask', []]);
});
