import type { JSX } from 'preact';
import { sentenceOf } from '../sentence.ts';

interface TroubleProps {
  readonly error: unknown;
  readonly onClose: () => void;
}

/** Says what did not work, until it was read. */
export function Trouble({ error, onClose }: TroubleProps): JSX.Element | null {
  if (error === undefined) return null;
  return (
    <p class="talk-wrong wrong" role="alert">
      {sentenceOf(error)}
      <button type="button" class="quiet" onClick={onClose}>
        Close
      </button>
    </p>
  );
}
