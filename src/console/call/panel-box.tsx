import type { ComponentChildren, JSX } from 'preact';
import { useId } from 'preact/hooks';

interface PanelBoxProps {
  readonly title: string;
  readonly onBack: () => void;
  readonly children: ComponentChildren;
}

/** What opens below the buttons of a decision; Escape closes it. */
export function PanelBox({ title, onBack, children }: PanelBoxProps): JSX.Element {
  const id = useId();
  return (
    <section
      class="panel"
      aria-labelledby={id}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        onBack();
      }}
    >
      <header>
        <b id={id}>{title}</b>
        <button type="button" class="quiet small" onClick={onBack}>
          Back
        </button>
      </header>
      {children}
    </section>
  );
}
