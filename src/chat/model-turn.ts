import { ChatError } from '../conversation/error.ts';
import type { ChatEvent, StepEndEvent } from '../conversation/event.ts';
import type { Message } from '../conversation/message.ts';
import { ModelSource } from './model-source.ts';
import { messageOf } from './run.ts';
import type { Run } from './run.ts';

/** What a run yields: events that are committed and applied, or a model call to be read. */
export type Output = readonly ChatEvent[] | ModelSource;

/**
 * One model call. Its message opens at once, so that whatever is said meanwhile has its place behind it (rule L4);
 * its deltas are read from the source; at its end the message is committed whole.
 */
export async function* modelTurn(run: Run): AsyncGenerator<Output, void> {
  const { conversation } = run;
  const messages = conversation.messages;
  const opened: Message = {
    id: conversation.newId(),
    role: 'assistant',
    parts: [],
    at: conversation.now(),
    model: { provider: run.setup.model.provider, id: run.setup.model.id },
  };
  conversation.apply({ type: 'message', message: opened });
  let failure: unknown;
  let source: ModelSource | undefined;
  let ended = false;
  try {
    yield [{ type: 'message', message: opened }];
    source = ask(run, messages, opened.id);
    yield source;
    yield await endStep(run, source, opened);
    ended = true;
  } catch (error) {
    failure = error;
  } finally {
    // Left by its reader or broken: what came is kept and marked (rule L8).
    if (!ended) {
      const reset = await interrupt(run, opened.id, { source, failure });
      if (failure !== undefined) yield reset;
    }
  }
  if (failure !== undefined) throw failure;
}

function ask(run: Run, messages: readonly Message[], message: string): ModelSource {
  const { model, declarations, instructions, settings, kept, conversation } = run.setup;
  const request = { messages, tools: declarations, settings, signal: run.signal, kept };
  const place = { conversation, message };
  return new ModelSource(model, instructions === undefined ? request : { ...request, instructions }, place);
}

async function endStep(run: Run, source: ModelSource, opened: Message): Promise<readonly ChatEvent[]> {
  const { finish, usage } = source;
  const { model } = run.setup;
  if (!finish) {
    const name = `${model.provider}/${model.id}`;
    throw new ChatError('incomplete-response', `The answer of ${name} ended before its end.`, { retryable: true });
  }
  const { reason, raw, responseId } = finish;
  const now = run.conversation.now();
  const event: StepEndEvent = {
    type: 'step-end',
    message: opened.id,
    finish: reason,
    ...(raw !== undefined && { rawFinish: raw }),
    ...(usage && { usage }),
    model: { provider: model.provider, id: finish.model ?? model.id },
    ...(responseId !== undefined && { responseId }),
    timing: { first: (source.firstAt ?? now) - opened.at, total: now - opened.at },
  };
  return run.commit([event], spoken(run, opened.id));
}

/** The message as it stands: what a commit takes in place of the deltas that the reader has seen. */
function spoken(run: Run, id: string): readonly ChatEvent[] {
  const message = run.setup.commit && run.conversation.messages.findLast((one) => one.id === id);
  return message ? [{ type: 'message', message }] : [];
}

async function interrupt(
  run: Run,
  message: string,
  { source, failure }: { source: ModelSource | undefined; failure: unknown },
): Promise<readonly ChatEvent[]> {
  await source?.cancel().catch(() => {});
  const reason = failure === undefined ? 'the reader left' : messageOf(failure);
  const usage = source?.usage;
  const reset: ChatEvent = { type: 'reset', message, keep: true, reason, ...(usage && { usage }) };
  if (!run.fenced) return run.commit([reset], spoken(run, message));
  run.conversation.apply(reset);
  return [reset];
}
