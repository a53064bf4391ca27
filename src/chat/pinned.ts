import { orderedJson, sha256 } from '../conversation/digest.ts';
import type { AnyTool } from './tool.ts';

/** What else a tool is known by, as a call keeps it: ` name=digest` for each, in their order. Nothing where there is none. */
export function pinnedMarks({ pinned = {} }: Pick<AnyTool, 'pinned'>): string {
  const marks = Object.entries(pinned).map(([name, value]) => ` ${encodeURIComponent(name)}=${digestOf(value)}`);
  return marks.join('');
}

/** What has changed between two such marks, in words: `description changed, argument "bcc" added`. Empty when nothing did. */
export function changesBetween(before: string, after: string): string {
  const [old, now] = [marksIn(before), marksIn(after)];
  const changed = [...now].flatMap(([name, digest]) => {
    if (!old.has(name)) return `${name} added`;
    return old.get(name) === digest ? [] : `${name} changed`;
  });
  const gone = [...old.keys()].filter((name) => !now.has(name)).map((name) => `${name} removed`);
  return [...changed, ...gone].join(', ');
}

function digestOf(value: unknown): string {
  return sha256(orderedJson(value)).slice(0, 8);
}

/** Behind what marks the tool as a whole. */
function marksIn(mark: string): ReadonlyMap<string, string> {
  const marks = mark.split(' ').slice(1);
  return new Map(
    marks.map((one) => {
      const [name = '', digest = ''] = one.split('=');
      return [decodeURIComponent(name), digest];
    }),
  );
}
