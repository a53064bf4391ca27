import { ChatError } from '../conversation/error.ts';
import type { DoneEvent } from '../conversation/event.ts';
import { declare } from './declare.ts';
import type { Model, ModelRequest } from './model.ts';
import type { Run, RunSetup } from './run.ts';
import type { Schema } from './schema.ts';
import type { AnyTool } from './tool.ts';
import { asObject } from './whole-output.ts';

/** The name of the tool by which a model gives its structured output, where it has no other means. */
export const outputTool = 'give_output';

/** The setup of a run that is to end with an output. Throws `ChatError` `invalid-request` where its schema cannot be described. */
export function withOutput(setup: RunSetup, given: Schema): RunSetup {
  const output = asObject(given);
  const added = { [outputTool]: outputToolFor(output) };
  return {
    ...setup,
    output,
    tools: { ...setup.tools, ...added },
    declarations: [...setup.declarations, ...declare(added)],
  };
}

/** A tool whose arguments are the structured output: its input is validated like any other, and it gives back what it got. */
function outputToolFor(schema: Schema): AnyTool {
  return {
    type: 'tool',
    description: 'Give your final answer. Call this once, when everything else is done, in place of a text.',
    input: schema,
    effect: 'read',
    present: () => 'Taken as the answer.',
    run: (output: unknown) => output,
    final: true,
  };
}

/** Which model is asked what. */
interface Asked {
  readonly model: Model;
  readonly request: Omit<ModelRequest, 'signal' | 'messages'>;
}

/**
 * How this model is asked for the output: by its provider's own means where it has them, else by a tool. Then it must not
 * end in words: it calls a tool, which in the end is the one for the output. Decided for each step, since models may change.
 */
export function planOutput(setup: RunSetup, { model, request }: Asked): Asked['request'] {
  const declared = setup.declarations.findLast(({ name }) => name === outputTool)!;
  const others = request.tools.filter(({ name }) => name !== outputTool);
  const isAlone = others.length === 0 && !request.providerTools;
  const means = model.capabilities?.output;
  if (means === 'always' || (means === 'without-tools' && isAlone)) {
    return { ...request, tools: others, output: { name: 'output', schema: declared.inputSchema } };
  }
  const toolChoice = request.settings.toolChoice ?? (isAlone ? { tool: outputTool } : 'required');
  return { ...request, tools: [...others, declared], settings: { ...request.settings, toolChoice } };
}

/** Throws `invalid-response` when an output was asked for and the model came to its end without one. */
export function demandOutput({ setup, conversation }: Run, done: DoneEvent): void {
  if (!setup.output || 'output' in done || done.finish !== 'stop') return;
  const { provider, id } = conversation.messages.at(-1)?.model ?? setup.model;
  const text = `${provider}/${id} ended without the output that was asked for: it did not call \`${outputTool}\`.`;
  throw new ChatError('invalid-response', text, { retryable: true });
}
