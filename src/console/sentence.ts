import { ChatError } from '../conversation/error.ts';
import { visible } from '../wire/plain-text.ts';

/** What went wrong, for a person: the words of the server where it has any, without the address that was asked. */
export function sentenceOf(error: unknown): string {
  if (!(error instanceof ChatError)) return 'Something went wrong in this page.';
  const words = error.message.replace(/^(GET|POST|PATCH|DELETE) \S+: /, '').replace(/ \(HTTP \d+\)$/, '');
  const id = error.requestId === undefined ? '' : ` (${error.requestId})`;
  return visible(words) + id;
}
