import type { JSX } from 'preact';
import { toldOf } from './decided-words.ts';
import { madeAbout } from './made-decisions.ts';
import type { MadeDecision, ShownCall } from './made-decisions.ts';

interface DecidedLineProps {
  readonly shown: ShownCall;
  /** Sends the same decision again, where it did not arrive. */
  readonly onRetry?: (made: MadeDecision) => void;
}

/** What became of the decision that was made here; said aloud too. */
export function DecidedLine({ shown, onRetry }: DecidedLineProps): JSX.Element {
  const made = madeAbout(shown);
  const told = made?.decided && toldOf(made.decided, made.decision, shown.call);
  return (
    <div role="status" class="decided-place">
      {told && (
        <p class={`decided decided-${told.tone}`}>
          {told.words}{' '}
          {made.decided?.type === 'failed' && onRetry && (
            <button type="button" class="small" onClick={() => onRetry(made)}>
              Try again
            </button>
          )}
        </p>
      )}
    </div>
  );
}
