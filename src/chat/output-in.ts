import { ChatError, messageOf } from '../conversation/error.ts';
import type { StepEndEvent } from '../conversation/event.ts';
import type { Message } from '../conversation/message.ts';
import { validateAs } from './arguments.ts';
import type { Validated } from './arguments.ts';
import type { Run } from './run.ts';
import { textOfIssues } from './schema.ts';

/**
 * The end of an answer that was asked to be the output, with what the schema makes of it. One that goes on, calls tools or
 * was not finished holds none. Throws `invalid-response`, retryable, for a text that does not fit.
 */
export async function outputIn(run: Run, event: StepEndEvent): Promise<StepEndEvent> {
  const message = run.conversation.messages.findLast(({ id }) => id === event.message);
  if (!message || event.finish !== 'stop' || callsOurs(message)) return event;
  const read = await readOutput(run, lastText(message));
  if ('input' in read) return { ...event, output: read.input };
  const { provider, id } = event.model;
  const text = `The output of ${provider}/${id} is not valid: ${textOfIssues(read.issues)}.`;
  throw new ChatError('invalid-response', text, { retryable: true });
}

/** Those calls, or their approval, come before the output. */
function callsOurs({ parts }: Message): boolean {
  return parts.some((part) => part.type === 'tool' && (!part.call.providerExecuted || part.call.needsApproval));
}

/** What stands behind the last call: before it a model may say what it is going to do. */
function lastText({ parts }: Message): string {
  const from = parts.findLastIndex(({ type }) => type === 'tool') + 1;
  return parts.slice(from).reduce((text, part) => (part.type === 'text' ? text + part.text : text), '');
}

function readOutput(run: Run, text: string): Validated | Promise<Validated> {
  try {
    return validateAs(run, run.setup.output, JSON.parse(text));
  } catch (error) {
    return { issues: [{ message: `it is no JSON (${messageOf(error)})` }] };
  }
}
