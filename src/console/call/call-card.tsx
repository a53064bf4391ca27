import type { JSX } from 'preact';
import { useContext, useId, useState } from 'preact/hooks';
import { isSettled } from '../../conversation/move.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import { clip, visible } from '../../wire/plain-text.ts';
import { CallBody } from './call-body.tsx';
import { inputOf } from './input.ts';
import { AloneContext, KeyedContext } from './keyed.ts';
import { newestOf } from './made-decisions.ts';
import { ranFor } from './ran-time.ts';
import { standingWords } from './standing.ts';
import { summaryOf } from './summary.ts';

/** A call, and the thread in which it stands. */
export interface CallCardProps {
  readonly thread: string;
  readonly call: ToolCall;
  /** What a running tool has reported last. */
  readonly progress?: unknown;
  /** The digest of what is shown. Default: of the call as it is. */
  readonly seen?: string;
}

/** A call as it stands; where it waits for whoever looks, with what may be decided. */
export function CallCard({ thread, call: given, progress, seen }: CallCardProps): JSX.Element {
  const call = newestOf({ thread, call: given });
  const shown = { thread, call, ...(call === given && seen !== undefined && { seen }) };
  const isAlone = useContext(AloneContext);
  const [hasFocus, setHasFocus] = useState(false);
  const [chosen, setChosen] = useState<boolean | undefined>(undefined);
  const isOpen = isAlone || (chosen ?? !isFoldedAtFirst(call));
  const body = useId();
  return (
    <section
      class={`card call call-${call.state} tone-${standingWords(call).tone}`}
      aria-label={`Call of ${visible(call.name)}: ${standingWords(call).words}`}
      onFocusIn={() => setHasFocus(true)}
      onFocusOut={() => setHasFocus(false)}
    >
      <CallHead call={call} isOpen={isOpen} body={body} {...(!isAlone && { onToggle: () => setChosen(!isOpen) })} />
      {isOpen && (
        <KeyedContext.Provider value={isAlone || hasFocus}>
          <div id={body}>
            <CallBody shown={shown} progress={progress} />
          </div>
        </KeyedContext.Provider>
      )}
    </section>
  );
}

/** What is over is one line, and so is what goes on by itself. */
function isFoldedAtFirst({ state }: ToolCall): boolean {
  return isSettled(state) || state === 'proposed' || state === 'approved';
}

interface CallHeadProps {
  readonly call: ToolCall;
  readonly isOpen: boolean;
  /** What it opens. */
  readonly body: string;
  /** Absent: it is always open. */
  readonly onToggle?: () => void;
}

function CallHead({ call, isOpen, body, onToggle }: CallHeadProps): JSX.Element {
  const { tone, words } = standingWords(call);
  const time = ranFor(call);
  const line = (
    <>
      <span class={`standing-sign sign-${tone}`} aria-hidden="true" />
      <code class="call-name">{clip(visible(call.name), 80)}</code>
      <span class="call-summary">{isOpen ? '' : summaryOf(inputOf(call))}</span>
      {time !== undefined && (
        <span class="muted call-time">
          <span class="unseen">ran </span>
          {time}
        </span>
      )}
      <span class={`call-standing standing-is-${tone}`}>{words}</span>
    </>
  );
  if (!onToggle) return <header class="call-head">{line}</header>;
  return (
    <header>
      <button type="button" class="call-head quiet" aria-expanded={isOpen} aria-controls={body} onClick={onToggle}>
        {line}
      </button>
    </header>
  );
}
