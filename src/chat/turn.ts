import type { DoneEvent, EndEvent } from '../conversation/event.ts';
import { textOf } from '../conversation/message.ts';
import type { Message } from '../conversation/message.ts';
import { next } from '../conversation/next.ts';
import type { Run } from './run.ts';
import type { Plan } from './step.ts';
import { loadedEngine } from './tool-engine.ts';

/** Whose turn it is, or how the run ends here. A pause comes before the step limit (rule L6). */
export function turnOf(run: Run, plan?: Plan): EndEvent | 'model' | 'tools' {
  const { conversation, setup } = run;
  switch (next(conversation, conversation.now())) {
    case 'tools':
      // Where nothing has looked at calls yet, a pass does so first.
      return loadedEngine()?.pauseOf(run) ?? 'tools';
    case 'nothing':
      return done(run, conversation.messages.at(-1)?.finish ?? 'stop');
    case 'model':
      if (plan?.stop) return done(run, 'stop');
      return conversation.run.steps < setup.maxSteps ? 'model' : done(run, 'step-limit');
  }
}

function done({ conversation }: Run, finish: DoneEvent['finish']): DoneEvent {
  const last = conversation.messages.at(-1);
  const text = last?.role === 'assistant' ? textOf(last) : '';
  const output = outputOf(last);
  return {
    type: 'done',
    // The call that gave the output is the end of the answer.
    finish: output ? 'stop' : finish,
    text,
    ...output,
    usage: conversation.run.usage,
  };
}

/** The structured output that a message gives, if it does: it is its text, or it came by a call. */
function outputOf(last: Message | undefined): { readonly output: unknown } | undefined {
  if (last?.output !== undefined) return { output: last.output };
  for (const part of last?.parts ?? []) {
    if (part.type === 'tool' && part.call.final && part.call.state === 'completed') return { output: part.call.output };
  }
  return undefined;
}
