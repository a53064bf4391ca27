import { settled } from '../chat/outcome.ts';
import type { Outcome } from '../chat/outcome.ts';
import type { Content } from '../conversation/changes.ts';
import type { Conversation } from '../conversation/conversation.ts';
import type { ChatEvent } from '../conversation/event.ts';
import type { LateEvidence, ToolCall } from '../conversation/tool-call.ts';
import type { ThreadKey } from '../store/thread.ts';
import { appendBeside } from './beside.ts';
import type { Setup } from './options.ts';

/** How an attempt came out. */
interface Settling {
  readonly id: string;
  readonly attempt: number;
  readonly outcome: Outcome;
}

/**
 * What started attempts came to although their run could not store it: its thread was lost, or its store, or the tool said
 * it after it had been given up (rule E3). An outcome is fenced by its call and attempt alone.
 */
export class Late {
  readonly #setup: Setup;
  readonly #key: ThreadKey;
  readonly #conversation: Conversation;
  /** What was stored, or is about to be. */
  #stored: Content['messages'];

  constructor(setup: Setup, key: ThreadKey, known: { readonly stored: Content; readonly conversation: Conversation }) {
    this.#setup = setup;
    this.#key = key;
    this.#conversation = known.conversation;
    this.#stored = known.stored.messages;
  }

  /** Stores what has come since the last time. Tried until it is stored. */
  async store(): Promise<void> {
    const { messages } = this.#conversation;
    const known = callsOf(this.#stored);
    this.#stored = messages;
    const settlings = [...callsOf(messages).values()].flatMap((call) => {
      const outcome = outcomeOf(call, known.get(call.id));
      return outcome && call.attempt ? [{ id: call.id, attempt: call.attempt.number, outcome }] : [];
    });
    for (let wait = 50; settlings.length > 0; wait = Math.min(wait * 2, 5_000)) {
      try {
        const make = (stored: Conversation): readonly ChatEvent[] => settlings.flatMap((one) => eventOf(stored, one));
        await appendBeside(this.#setup.store, this.#key, { make });
        return;
      } catch (error) {
        this.#setup.report(error);
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
  }
}

function eventOf(stored: Conversation, { id, attempt, outcome }: Settling): readonly ChatEvent[] {
  const call = stored.findCall(id);
  if (!call || isThere(call, { id, attempt, outcome })) return [];
  const change = settled(call, { attempt, outcome, now: stored.now() });
  return change ? [{ type: 'tool', call: change }] : [];
}

/** Whether it was stored before, and only nobody heard of it. */
function isThere(call: ToolCall, { attempt, outcome: { to } }: Settling): boolean {
  const byItself = call.state === to.state && call.attempt?.number === attempt && !('by' in call && call.by);
  return byItself || call.lateEvidence?.some((one) => one.attempt === attempt) === true;
}

function callsOf(messages: Conversation['messages']): ReadonlyMap<string, ToolCall> {
  const parts = messages.flatMap((message) => message.parts);
  return new Map(parts.flatMap((part) => (part.type === 'tool' ? [[part.call.id, part.call]] : [])));
}

/** What is certain about an attempt, and not stored; that it was given up is not certain. */
function outcomeOf(call: ToolCall, known: ToolCall | undefined): Outcome | undefined {
  const { lateEvidence: said = [] } = call;
  if (said.length > (known?.lateEvidence ?? []).length) return told(said.at(-1)!);
  if (known?.state !== 'running' && known?.state !== 'in-doubt') return undefined;
  if (call.state === 'completed') return completed(call.output, call.content);
  return call.state === 'failed' && call.outcome === 'none' ? failed(call.reason) : undefined;
}

function told({ outcome }: LateEvidence): Outcome {
  return 'completed' in outcome ? completed(outcome.completed) : failed(outcome.failed);
}

function completed(output: unknown, content?: (ToolCall & { state: 'completed' })['content']): Outcome {
  return { cause: 'complete', to: { state: 'completed', output, ...(content && { content }) } };
}

function failed(reason: string): Outcome {
  return { cause: 'fail', to: { state: 'failed', reason, outcome: 'none' } };
}
