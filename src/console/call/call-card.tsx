import type { JSX } from 'preact';
import type { ToolCall } from '../../conversation/tool-call.ts';
import { visible } from '../../wire/plain-text.ts';

/** A call, and the thread in which it stands. */
export interface CallCardProps {
  readonly thread: string;
  readonly call: ToolCall;
  /** What a running tool has reported last. */
  readonly progress?: unknown;
}

/** A call as it stands; where it waits for whoever looks, with what may be decided. */
export function CallCard({ call }: CallCardProps): JSX.Element {
  return (
    <section class={`card call call-${call.state}`} aria-label={`Call of ${visible(call.name)}: ${call.state}`}>
      <header>
        <code>{visible(call.name)}</code> {call.state}
      </header>
    </section>
  );
}
