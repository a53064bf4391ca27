import type { Capabilities, Model, ModelRequest } from '../../chat/model.ts';
import { ChatError } from '../../conversation/error.ts';
import type { Message } from '../../conversation/message.ts';
import { covers, shared } from './media-type.ts';

/** What a request asks of a model beyond words. */
interface Needs {
  /** The media types of the files that it is shown. */
  readonly files: readonly string[];
  readonly tools: boolean;
  readonly reasoning: boolean;
  readonly output: boolean;
  /** Providers whose own tools are declared. */
  readonly providers: readonly string[];
}

/**
 * Leaves out the models that are declared not to take the files, the tools or the output of a request. Those of which
 * everything is known come first; who does not think where it should, or does not run a provider's tools, comes later.
 * Throws `ChatError` `unsupported` when nobody is left.
 */
export function fitFor(request: ModelRequest, models: readonly Model[]): readonly Model[] {
  const needs = needsOf(request);
  const fits = models.flatMap((model) => {
    const doubts = doubtsOf(model, needs);
    return doubts === undefined ? [] : [{ model, doubts }];
  });
  if (fits.length === 0)
    throw new ChatError('unsupported', `Routing: no member is declared to take ${inWords(needs)}.`);
  return fits.toSorted((a, b) => a.doubts - b.doubts).map(({ model }) => model);
}

/** What all models can; what is not known of one is not known of all. */
export function sharedCapabilities(models: readonly Model[]): Capabilities | undefined {
  const all = models.map(({ capabilities }) => capabilities ?? {});
  const tools = all.map((one) => one.tools).reduce(both);
  const reasoning = all.map((one) => one.reasoning).reduce(both);
  const files = all.map((one) => one.files).reduce((a, b) => a && b && shared(a, b));
  const output = all.map((one) => one.output).reduce((a, b) => (a === undefined || b === 'always' ? a : b));
  const known = {
    ...(tools !== undefined && { tools }),
    ...(reasoning !== undefined && { reasoning }),
    ...(files && { files }),
    ...(output && { output }),
  };
  return Object.keys(known).length > 0 ? known : undefined;
}

function both(a: boolean | undefined, b: boolean | undefined): boolean | undefined {
  if (a === false || b === false) return false;
  return a && b;
}

function needsOf({ messages, tools, providerTools = [], output, settings }: ModelRequest): Needs {
  const { reasoning = 'off' } = settings;
  return {
    files: [...new Set(messages.flatMap(filesOf))],
    tools: tools.length > 0,
    reasoning: reasoning !== 'off',
    output: output !== undefined,
    providers: [...new Set(providerTools.map(({ provider }) => provider))],
  };
}

/** What a user or a tool shows; what a model made itself is not shown again. */
function filesOf({ role, parts }: Message): readonly string[] {
  return parts.flatMap((part) => {
    if (part.type === 'file') return role === 'user' ? [part.mediaType] : [];
    if (part.type !== 'tool' || part.call.state !== 'completed') return [];
    return (part.call.content ?? []).flatMap((content) => (content.type === 'file' ? [content.mediaType] : []));
  });
}

/** How much is not known or not as it should be; `undefined` when the model is declared unfit. */
function doubtsOf({ provider, capabilities = {} }: Model, needs: Needs): number | undefined {
  const { files, tools, reasoning, output } = capabilities;
  if (files && !needs.files.every((type) => covers(files, type))) return undefined;
  if (needs.tools && tools === false) return undefined;
  if (needs.output && (output === undefined || (output === 'without-tools' && needs.tools))) return undefined;
  const doubts = [
    needs.files.length > 0 && !files,
    needs.tools && tools === undefined,
    needs.reasoning && reasoning !== true,
    needs.providers.some((other) => other !== provider),
  ];
  return doubts.filter(Boolean).length;
}

function inWords({ files, tools, output }: Needs): string {
  const words = [
    ...(files.length > 0 ? [`files of type ${files.join(', ')}`] : []),
    ...(tools ? ['tools'] : []),
    ...(output ? ['a structured output'] : []),
  ];
  return words.join(' and ');
}
