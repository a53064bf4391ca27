import { useEffect, useInsertionEffect, useRef } from 'react';
import type { MixedTools } from '../chat/tool.ts';
import type { LiveThread } from '../client/thread.ts';
import { ToolRunner } from './tool-runner.ts';
import type { Attached } from './tool-runner.ts';

/** One for each thread of a client, so that a call runs once in a page. */
const runners = new WeakMap<object, ToolRunner>();

/** Runs tools of the page for the calls of a thread that wait for a result, while the component is there. */
export function useBrowserTools<T extends MixedTools>(
  live: LiveThread<T>,
  { tools, onToolAnswer }: Partial<Attached>,
): void {
  const newest = useRef<Attached>({ tools: {} });
  useInsertionEffect(() => {
    newest.current = { tools: tools ?? {}, onToolAnswer };
  });
  const hasTools = tools !== undefined;
  useEffect(() => (hasTools ? runnerOf(live).attach(() => newest.current) : undefined), [live, hasTools]);
}

function runnerOf<T extends MixedTools>(live: LiveThread<T>): ToolRunner {
  const known = runners.get(live);
  if (known) return known;
  // It decides as its calls are answered: their types are between the page and its tools.
  const runner = new ToolRunner(live as unknown as LiveThread<MixedTools>);
  runners.set(live, runner);
  return runner;
}
