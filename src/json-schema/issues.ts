import type { OutputUnit } from '@cfworker/json-schema';
import type { SchemaIssue } from '../chat/schema.ts';

/** A model, and a person, read no more than this. */
const most = 20;

/** What a validator found, without its summaries: what is wrong in the end, and where. */
export function issuesOf(errors: readonly OutputUnit[]): readonly SchemaIssue[] {
  return errors
    .filter((error, index) => !isSummary(error, errors[index + 1]))
    .slice(0, most)
    .map(issueOf);
}

/** A unit is followed by those that it sums up, which lie below it; `false` has no place of its own. */
function isSummary({ keywordLocation, keyword }: OutputUnit, next: OutputUnit | undefined): boolean {
  if (!next || keyword === 'required') return false;
  return next.keyword === 'false' || next.keywordLocation.startsWith(`${keywordLocation}/`);
}

function issueOf({ keyword, error, instanceLocation }: OutputUnit): SchemaIssue {
  const path = pathOf(instanceLocation);
  if (keyword === 'false') return { message: 'is not expected', path };
  const missing = keyword === 'required' ? /required property "(.*)"\.$/s.exec(error)?.[1] : undefined;
  if (missing !== undefined) return { message: 'is missing', path: [...path, missing] };
  return { message: lowered(error), path };
}

/** `#/items/0/a~1b%20c` as its steps. Numbers stay text, since an object may have a member named `0` too. */
function pathOf(pointer: string): readonly string[] {
  const steps = pointer.split('/').slice(1);
  return steps.map((step) => decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** Issues stand behind a path and a colon. */
function lowered(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1).replace(/\.$/, '');
}
