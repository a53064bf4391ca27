import type { GrantScope } from '../../conversation/grant.ts';
import type { Condition } from '../../conversation/rule.ts';
import { visible, visibleJson } from '../../wire/plain-text.ts';

/** For how long something is granted, as one chooses it. */
export const scopeNames: Readonly<Record<GrantScope, string>> = {
  once: 'this call',
  thread: 'this thread',
  hour: 'an hour',
  today: 'today',
  always: 'always, until revoked',
};

/** What a member must be for a rule to hold. */
export function conditionWords(condition: Condition): string {
  if (typeof condition !== 'object' || condition === null) return `exactly ${visibleJson(condition)}`;
  if ('equals' in condition && Object.keys(condition).length === 1) return `exactly ${visibleJson(condition.equals)}`;
  const { gte, lte, path, exists, ...rest } = condition as Operated;
  if (Object.keys(rest).length > 0) return visibleJson(condition);
  const words = [
    gte === undefined ? '' : `from ${gte}`,
    lte === undefined ? '' : `up to ${lte}`,
    path === undefined ? '' : `the path ${[path].flat().map(visible).join(' or ')}`,
    exists === undefined ? '' : exists ? 'whatever it says' : 'not there',
  ];
  return words.filter(Boolean).join(' ');
}

type Operated = Extract<Condition, { readonly gte?: number }>;
