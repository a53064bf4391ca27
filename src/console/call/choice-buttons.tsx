import type { JSX } from 'preact';
import type { Choice } from './offered.ts';

interface ChoiceButtonsProps {
  readonly choices: readonly Choice[];
  /** What is open below. */
  readonly opened: Choice | undefined;
  readonly isSending: boolean;
  /** It may not be approved before all of it was looked at. */
  readonly isLocked: boolean;
  /** Whether keys do the same. */
  readonly isKeyed: boolean;
  readonly onChoose: (choice: Choice) => void;
}

/** A button a decision, each always in the same place. */
export function ChoiceButtons(props: ChoiceButtonsProps): JSX.Element {
  const { choices, opened, isSending, isLocked, isKeyed, onChoose } = props;
  const button = (choice: Choice): JSX.Element => (
    <button
      key={choice}
      type="button"
      class={looks[choice]}
      disabled={isSending || (choice === 'approve' && isLocked)}
      aria-expanded={choice === 'approve' ? undefined : opened === choice}
      onClick={() => onChoose(choice)}
    >
      {names[choice]}
      {isKeyed && !isQuiet(choice) && <kbd aria-hidden="true">{keys[choice]}</kbd>}
    </button>
  );
  const quiet = choices.filter(isQuiet);
  return (
    <div class="choices" role="group" aria-label="Decide">
      {choices.filter((choice) => !isQuiet(choice)).map(button)}
      {quiet.length > 0 && <span class="choices">{quiet.map(button)}</span>}
      {isSending && <span role="status">Sending…</span>}
    </div>
  );
}

const names: Readonly<Record<Choice, string>> = {
  approve: 'Approve',
  edit: 'Edit…',
  reject: 'Reject…',
  answer: 'Answer…',
  snooze: 'Snooze…',
  later: 'Not before…',
  grant: 'Allow for…',
};

/** The letters of the choices. */
export const keys: Readonly<Partial<Record<Choice, string>>> = {
  approve: 'a',
  edit: 'e',
  reject: 'r',
  answer: 'w',
  snooze: 's',
  grant: 'f',
};

const looks: Readonly<Record<Choice, string>> = {
  approve: 'good',
  edit: '',
  reject: 'danger',
  answer: '',
  snooze: 'quiet',
  later: 'quiet',
  grant: 'quiet',
};

/** They stand together, so that a row that is too short breaks before them. */
function isQuiet(choice: Choice): boolean {
  return looks[choice] === 'quiet';
}
