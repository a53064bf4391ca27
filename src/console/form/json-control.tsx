import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useControl } from './controls.tsx';
import { useFormAround } from './form-state.ts';
import type { PieceProps } from './piece-props.ts';
import { pathName } from './value-path.ts';

/** A value as JSON: whatever a form has no better field for. */
export function JsonControl({ path, value, name, rows }: PieceProps & { readonly rows: number }): JSX.Element {
  const { set, setBroken, issues } = useFormAround();
  const control = useControl(path);
  const [text, setText] = useState(value === undefined ? '' : JSON.stringify(value, null, 2));
  const write = (next: string): void => {
    setText(next);
    const read = parsed(next);
    setBroken(path, read ? undefined : 'is no JSON');
    if (read) set(path, read.value);
  };
  // A name of its own is above it, but not where it is the whole.
  const isWhole = path.length === 0;
  const found = isWhole ? [...issues] : [];
  return (
    <>
      <textarea
        {...control}
        class="json"
        aria-label={isWhole ? name : undefined}
        rows={Math.max(rows, Math.min(24, text.split('\n').length))}
        spellcheck={false}
        value={text}
        onInput={({ currentTarget }) => write(currentTarget.value)}
      />
      {found.map(([place, issue]) => (
        <p key={place} class="wrong">
          {placeText(place)} {issue}
        </p>
      ))}
    </>
  );

  function placeText(place: string): string {
    return place === pathName([]) ? '' : (JSON.parse(place) as readonly string[]).join('.');
  }
}

function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}
