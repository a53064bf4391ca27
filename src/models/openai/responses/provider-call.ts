import type { ModelRequest } from '../../../chat/model.ts';
import { isObject } from '../../../conversation/json.ts';
import type { Json } from '../../../conversation/json.ts';
import { textIn } from '../../json-text.ts';

type Item = Readonly<Record<string, unknown>>;

/** A call that the provider ran, or asks to run. */
export interface ProviderCall {
  readonly name: string;
  readonly arguments: string;
  /** What came of it, once the item is whole. */
  readonly output: Json;
  readonly isError: boolean;
}

/** What an item says of a call that the provider runs itself; `undefined` for every other item. */
export function providerCallOf(item: Item, declared: ModelRequest['providerTools'] = []): ProviderCall | undefined {
  const type = textIn(item['type']);
  const read = Object.hasOwn(readers, type) ? readers[type] : undefined;
  if (!read) return undefined;
  const isMcp = type.startsWith('mcp_');
  const kind = isMcp ? 'mcp' : type.slice(0, -'_call'.length);
  const tool = declared.find((one) =>
    isMcp ? one.kind === kind && one.options['server_label'] === item['server_label'] : one.kind.startsWith(kind),
  );
  const base = tool?.name ?? (isMcp ? textIn(item['server_label']) : kind);
  const { arguments: given, output, name } = read(item);
  const error = item['error'];
  const isError = item['status'] === 'failed' || (error !== undefined && error !== null);
  return {
    name: name === undefined ? base : `${base}.${name}`,
    arguments: typeof given === 'string' ? given : JSON.stringify(given),
    // It was parsed from JSON.
    output: (isError && error ? error : output) as Json,
    isError,
  };
}

interface Read {
  /** Text as it came, or what becomes JSON. */
  readonly arguments: unknown;
  readonly output: unknown;
  /** Of one tool among those that the declared one stands for. */
  readonly name?: string;
}

const readers: Readonly<Record<string, (item: Item) => Read>> = {
  web_search_call: ({ action, arguments: text }) => {
    const { sources, ...asked } = isObject(action) ? action : {};
    return { arguments: isObject(action) ? asked : (text ?? {}), output: sources === undefined ? {} : { sources } };
  },
  file_search_call: ({ queries, results }) => ({ arguments: { queries }, output: { results: results ?? [] } }),
  code_interpreter_call: ({ code, container_id, outputs }) => ({
    arguments: { code: code ?? '' },
    output: { container_id, outputs: outputs ?? [] },
  }),
  image_generation_call: ({ revised_prompt, prompt, size, quality, background }) => ({
    arguments: { prompt: prompt ?? revised_prompt },
    output: { size, quality, background },
  }),
  mcp_call: ({ name, arguments: text, output }) => ({ arguments: text, output: output ?? '', name: textIn(name) }),
  mcp_approval_request: ({ name, arguments: text }) => ({ arguments: text, output: null, name: textIn(name) }),
  mcp_list_tools: ({ tools }) => ({
    arguments: {},
    output: { tools: (Array.isArray(tools) ? tools : []).map((tool: unknown) => isObject(tool) && tool['name']) },
    name: 'mcp_list_tools',
  }),
};
