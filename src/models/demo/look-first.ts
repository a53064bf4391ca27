import { clauseOf, topicsOf, withoutPoliteness } from './clause.ts';
import { mentionsIn } from './mention.ts';
import type { DemoCall, Plan, Saying } from './plan.ts';
import { takes } from './tool.ts';
import type { Tool } from './tool.ts';

/**
 * "Show my todo list", when no file was seen yet: the files are listed first, and then the words are read again, with
 * their names. Only a look may begin like this, and only where a tool reads files.
 */
export function lookFirst(plan: Plan, saying: Saying): DemoCall | undefined {
  const { tools, known = [], answered } = saying;
  const list = tools.find(isList);
  const reads = tools.some((tool) => tool.intent === 'read' && takes(tool, 'path'));
  const open = plan.batches.length > 0 || plan.notes.length > 0 || plan.asks.some(({ tool }) => !tool.reading);
  if (list === undefined || !reads || open || known.length > 0 || answered !== undefined) return undefined;
  return looks(saying) ? { name: list.name, arguments: {} } : undefined;
}

/** Whether the calls that were made are no more than such a look. */
export function onlyLooked(made: readonly DemoCall[], tools: readonly Tool[]): boolean {
  const [first] = made;
  return made.length === 1 && tools.some((tool) => isList(tool) && tool.name === first?.name);
}

function isList({ intent, nouns, properties }: Tool): boolean {
  return intent === 'list' && nouns.includes('file') && properties.every(({ required }) => !required);
}

function looks({ text, tools }: Saying): boolean {
  const said = withoutPoliteness(text);
  const clause = clauseOf(said, tools);
  const verb = clause.kind === 'order' && looking.test(said);
  const asks =
    clause.kind === 'question' && /^(?:what(?:['’]?s| is| are) (?:on|in) (?:my|the|our)|how many)\b/i.test(said);
  return (verb || asks) && topicsOf(clause).length > 0 && mentionsIn(said).length === 0;
}

const looking =
  /^(?:read|show|open|cat|view|display|summari[sz]e|check|inspect|count|review|preview|tell me about|look (?:at|in|into)|(?:take|have) a look)\b/i;
