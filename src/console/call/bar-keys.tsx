import { useKeys } from '../shell/keys.ts';
import { keys } from './choice-buttons.tsx';
import type { Choice } from './offered.ts';

interface BarKeysProps {
  readonly choices: readonly Choice[];
  /** Whether a part of it is folded that nobody has looked at. */
  readonly isUnseen: boolean;
  readonly onChoose: (choice: Choice) => void;
  /** Shows all that is folded. */
  readonly onOpen: () => void;
}

/** The keys by which the call that is chosen is decided about. */
export function BarKeys({ choices, isUnseen, onChoose, onOpen }: BarKeysProps): null {
  useKeys([
    ...keyed.map(([choice, does]) => ({
      key: keys[choice] ?? '',
      does,
      run: () => onChoose(choice),
      isOn: choices.includes(choice),
    })),
    { key: 'v', does: 'show all that is folded', run: onOpen, isOn: isUnseen },
  ]);
  return null;
}

const keyed: readonly (readonly [Choice, string])[] = [
  ['approve', 'approve the call'],
  ['edit', 'edit its arguments'],
  ['reject', 'reject it'],
  ['answer', 'answer in the place of the tool'],
  ['snooze', 'snooze it'],
  ['grant', 'approve it, and allow calls like it for a time'],
];
