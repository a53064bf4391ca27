import { isObject } from '../../../conversation/json.ts';
import { textIn } from '../../json-text.ts';

type Item = Readonly<Record<string, unknown>>;

/**
 * What becomes of an item that is no text, no reasoning and no call that somebody can be told of: it is kept to go back as
 * it is, or it is a call that the provider leaves to whoever asked, which is refused. All others are passed over.
 */
export function useOf(item: Item): 'kept' | 'refused' | undefined {
  const type = textIn(item['type']);
  if (keptTypes.has(type) || isOfServer(item)) return 'kept';
  return clientTypes.has(type) ? 'refused' : undefined;
}

const keptTypes = new Set(['compaction', 'program', 'program_output', 'tool_search_output', 'shell_call_output']);

const clientTypes = new Set([
  'apply_patch_call',
  'computer_call',
  'local_shell_call',
  'shell_call',
  'tool_search_call',
]);

/** These run at the provider or at the client. */
function isOfServer({ type, execution, environment }: Item): boolean {
  if (type === 'tool_search_call') return execution !== 'client';
  return type === 'shell_call' && isObject(environment) && environment['type'] !== 'local';
}
