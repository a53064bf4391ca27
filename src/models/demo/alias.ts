import type { Tool } from './tool.ts';

/** Other words for a wish, put as the rules know it. They are only heard where there is a tool for it. */
export function plainly(text: string, tools: readonly Tool[]): string {
  const bare = text.trim().replace(/[\s.!]+$/, '');
  const found = aliases.find(([pattern, , name]) => pattern.test(bare) && tools.some((tool) => tool.name === name));
  return found === undefined ? text : found[1];
}

const aliases: readonly (readonly [RegExp, plain: string, tool: string])[] = [
  [/^(?:please |ok(?:ay)?,? )?(?:now,? )?kill me(?: now)?(?:,? please)?$/i, 'run the slow job', 'slow_job'],
  [/^(?:please )?(?:do|try|start|begin|launch) (?:the |a )?slow job(?:,? please)?$/i, 'run the slow job', 'slow_job'],
  [/^(?:the )?read[ .]?me(?: file)?$/i, 'show the readme', 'read_file'],
  [/^(?:gimme (?:the |all )*files|tree)$/i, 'list the files', 'list_files'],
  [/^(?:what(?:['’]s| is)|whats) (?:here|there|around|up here)\??$/i, 'list the files', 'list_files'],
  [
    /^(?:show|tell) me (?:what|everything)(?: you| we|['’]ve|['’]s| have| is| got| here| there)*$/i,
    'list the files',
    'list_files',
  ],
];
