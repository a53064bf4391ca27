import { ChatError } from '../conversation/error.ts';
import type { DoneEvent } from '../conversation/event.ts';
import type { Message } from '../conversation/message.ts';
import type { Settings } from './model.ts';
import type { Run } from './run.ts';
import type { Schema } from './schema.ts';
import type { AnyTool } from './tool.ts';

/** The name of the tool by which a model gives its structured output. */
export const outputTool = 'give_output';

/** A tool whose arguments are the structured output: its input is validated like any other, and it gives back what it got. */
export function outputToolFor(schema: Schema): AnyTool {
  return {
    type: 'tool',
    description: 'Give your final answer. Call this once, when everything else is done, in place of a text.',
    input: schema,
    policy: 'allow',
    effect: 'read',
    present: () => 'Taken as the answer.',
    run: (output: unknown) => output,
    final: true,
  };
}

/** Settings under which the model does not end in words: it calls a tool, which in the end is the one for the output. */
export function settingsForOutput(settings: Settings, hasOtherTools: boolean): Settings {
  if (settings.toolChoice !== undefined) return settings;
  return { ...settings, toolChoice: hasOtherTools ? 'required' : { tool: outputTool } };
}

/** The structured output that a message gives, if it does. */
export function outputOf(last: Message | undefined): { readonly value: unknown } | undefined {
  for (const part of last?.parts ?? []) {
    if (part.type === 'tool' && part.call.final && part.call.state === 'completed') return { value: part.call.output };
  }
  return undefined;
}

/** Throws `invalid-response` when an output was asked for and the model came to its end without one. */
export function demandOutput({ setup }: Run, done: DoneEvent): void {
  if (done.output !== undefined || done.finish !== 'stop') return;
  if (!Object.hasOwn(setup.tools, outputTool) || !setup.tools[outputTool]?.final) return;
  throw new ChatError('invalid-response', 'The model ended without the output that was asked for.', {
    retryable: true,
  });
}
