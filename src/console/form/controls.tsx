import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { visible, visibleJson, visibleLines } from '../../wire/plain-text.ts';
import { useFormAround } from './form-state.ts';
import { numberIn } from './number-text.ts';
import type { PieceProps } from './piece-props.ts';
import { pathName } from './value-path.ts';
import type { Path } from './value-path.ts';

/** A text, on one line or on several. */
export function TextControl({ path, value }: PieceProps): JSX.Element {
  const { set } = useFormAround();
  const text = typeof value === 'string' ? value : '';
  const [isLong] = useState(text.includes('\n') || text.length > 80);
  const common = {
    ...useControl(path),
    value: text,
    onInput: (event: { readonly currentTarget: { readonly value: string } }) => set(path, event.currentTarget.value),
  };
  const hidden = visibleLines(text) === text ? undefined : visibleLines(text);
  return (
    <>
      {isLong ? (
        <textarea {...common} rows={Math.min(16, Math.max(3, text.split('\n').length + 1))} />
      ) : (
        <input type="text" {...common} />
      )}
      {hidden !== undefined && <p class="hidden-signs">With signs that do not show: {hidden}</p>}
    </>
  );
}

/** A number as text, so that a half-written one stays as it is written. */
export function NumberControl({ path, value }: PieceProps): JSX.Element {
  const { set, setBroken } = useFormAround();
  const [text, setText] = useState(value === undefined ? '' : String(value));
  // Somebody else changed it, such as the JSON of the whole.
  const shown = typeof value === 'number' && numberIn(text) !== value ? String(value) : text;
  const write = (next: string): void => {
    setText(next);
    const number = numberIn(next);
    setBroken(path, number === undefined ? 'is no number' : undefined);
    if (number !== undefined) set(path, number);
  };
  const isTyped = numberIn(text) === undefined;
  return (
    <input
      type="text"
      inputMode="decimal"
      {...useControl(path)}
      value={isTyped ? text : shown}
      onInput={({ currentTarget }) => write(currentTarget.value)}
    />
  );
}

/** Yes or no. */
export function SwitchControl({ path, value }: PieceProps): JSX.Element {
  const { set } = useFormAround();
  const control = useControl(path);
  return (
    <label class="switch">
      <input
        type="checkbox"
        {...control}
        checked={value === true}
        onChange={({ currentTarget }) => set(path, currentTarget.checked)}
      />
      {value === true ? 'true' : 'false'}
    </label>
  );
}

/** One of several; what is none of them is shown too, until another one is chosen. */
export function ChoiceControl({
  path,
  value,
  choices,
}: PieceProps & { readonly choices: readonly unknown[] }): JSX.Element {
  const { set } = useFormAround();
  const at = choices.findIndex((choice) => choice === value);
  return (
    <select
      {...useControl(path)}
      value={String(at)}
      onChange={({ currentTarget }) => set(path, choices[Number(currentTarget.value)])}
    >
      {at === -1 && (
        <option value="-1" disabled>
          {value === undefined ? 'Choose' : visibleJson(value)}
        </option>
      )}
      {choices.map((choice, index) => (
        <option key={index} value={String(index)}>
          {typeof choice === 'string' ? visible(choice) : String(choice)}
        </option>
      ))}
    </select>
  );
}

interface Control {
  readonly id: string;
  readonly 'aria-invalid': boolean;
  readonly 'aria-describedby': string | undefined;
}

/** What every control says of itself. */
export function useControl(path: Path): Control {
  const { idOf, issues } = useFormAround();
  const isWrong = issues.has(pathName(path));
  const id = idOf(path);
  return { id, 'aria-invalid': isWrong, 'aria-describedby': isWrong ? `${id}-issue` : undefined };
}
