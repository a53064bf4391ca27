import type { ComponentChildren, JSX } from 'preact';
import { useRef } from 'preact/hooks';

interface MenuProps {
  /** What it is of, for whoever cannot see it. */
  readonly label: string;
  /** What stands in it; `close` closes it. */
  readonly children: (close: () => void) => ComponentChildren;
}

/** A button behind which more can be done. */
export function Menu({ label, children }: MenuProps): JSX.Element {
  const box = useRef<HTMLDetailsElement>(null);
  const close = (): void => {
    if (box.current) box.current.open = false;
  };
  return (
    <details
      ref={box}
      class="menu"
      onKeyDown={({ key }) => key === 'Escape' && close()}
      onFocusOut={({ relatedTarget }) => {
        if (relatedTarget instanceof Node && !box.current?.contains(relatedTarget)) close();
      }}
    >
      <summary aria-label={label}>
        <span class="icon icon-more" aria-hidden="true" />
      </summary>
      <div class="menu-items card">{children(close)}</div>
    </details>
  );
}
