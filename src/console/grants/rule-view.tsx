import type { JSX } from 'preact';
import type { Rule } from '../../conversation/rule.ts';
import { visible } from '../../wire/plain-text.ts';
import { conditionWords } from './words.ts';

/** What a rule lets run: a tool, and what each of its arguments must be. */
export function RuleView({ rule }: { readonly rule: Rule }): JSX.Element {
  const { tool, when = {}, only } = rule;
  const members = Object.entries(when);
  return (
    <div class="rule">
      <code class="call-name">{visible(tool)}</code>
      {members.length === 0 && <span> whatever its arguments are</span>}
      <dl class="members">
        {members.map(([member, condition]) => (
          <div key={member}>
            <dt>{visible(member)}</dt>
            <dd>{conditionWords(condition)}</dd>
          </div>
        ))}
      </dl>
      {members.length > 0 && !only && <p class="muted">Other arguments may be anything.</p>}
    </div>
  );
}
