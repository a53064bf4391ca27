import type { ContentPart } from '../conversation/content.ts';
import { base64Of } from '../runtime/blobs/base64.ts';
import type { Place } from './acting.ts';
import { keptFor } from './blob-kept.ts';
import { Problem } from './problem.ts';

/** Whether files are named that a thread has, and not sent. */
export function namesFiles(content: readonly ContentPart[]): boolean {
  return content.some(isNamed);
}

/**
 * What is said, with the bytes of the files that are named by their digests: a page that was loaded anew has nothing else
 * of them when its user edits a word. Throws `malformed` for one that they do not see in this very thread (rule X2).
 */
export async function wholeWord(
  { asked, key, read }: Place,
  content: string | readonly ContentPart[],
): Promise<string | readonly ContentPart[]> {
  if (typeof content === 'string') return content;
  const whole: ContentPart[] = [];
  let size = 0;
  for (const part of content) {
    if (part.type !== 'file' || part.source.type !== 'blob') {
      whole.push(part);
      continue;
    }
    const { digest } = part.source;
    const kept = keptFor(asked.view, read, digest);
    const bytes = kept && (await asked.runtime.blob(key, digest));
    if (!bytes) throw new Problem('malformed', 'The message names a file that is not in this chat.');
    // A few words may name the same film a thousand times.
    size += bytes.length;
    if (size > most) throw new Problem('too-large', `The message names files of more than ${most} bytes.`);
    whole.push({ type: 'file', ...kept, source: { type: 'base64', data: base64Of(Uint8Array.from(bytes)) } });
  }
  return whole;
}

/** How many bytes a word may name in all. */
const most = 32 * 2 ** 20;

function isNamed(part: ContentPart): boolean {
  return part.type === 'file' && part.source.type === 'blob';
}
