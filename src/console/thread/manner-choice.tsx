import type { JSX } from 'preact';
import { manners } from './manner.ts';
import type { Manner } from './manner.ts';

interface MannerChoiceProps {
  readonly offered: readonly Manner[];
  readonly chosen: Manner;
  readonly onChoose: (manner: Manner) => void;
}

/** What a word shall do to what goes on, or waits. */
export function MannerChoice({ offered, chosen, onChoose }: MannerChoiceProps): JSX.Element {
  return (
    <fieldset class="manners">
      <legend class="unseen">When it is answered</legend>
      {offered.map((manner) => (
        <label key={manner}>
          <input type="radio" name="manner" checked={manner === chosen} onChange={() => onChoose(manner)} />
          {manners[manner].name}
        </label>
      ))}
      <span class="muted">{manners[chosen].meaning}</span>
    </fieldset>
  );
}
