import type { ComponentChildren, JSX, RefObject } from 'preact';

interface DeskBarProps {
  readonly title: string;
  readonly words: string;
  readonly search: RefObject<HTMLInputElement | null>;
  /** How many are shown, and of how many. */
  readonly found: number;
  readonly of: number;
  readonly onWords: (words: string) => void;
  readonly children: ComponentChildren;
}

/** The head of a list: what it is, and what it is filtered by. */
export function DeskBar({ title, words, search, found, of, onWords, children }: DeskBarProps): JSX.Element {
  return (
    <header class="desk-bar">
      <div class="desk-title">
        <h1>{title}</h1>
        {children}
      </div>
      <label class="desk-filter">
        <span class="unseen">Filter by tool, thread, person or risk</span>
        <input
          ref={search}
          type="search"
          value={words}
          placeholder="Filter by tool, thread, risk"
          onInput={({ currentTarget }) => onWords(currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Escape' && event.key !== 'Enter') return;
            event.preventDefault();
            if (event.key === 'Escape') onWords('');
            event.currentTarget.blur();
          }}
        />
        <kbd aria-hidden="true">/</kbd>
      </label>
      <p class="muted desk-found" role="status">
        {words === '' ? '' : `${found} of ${of}`}
      </p>
    </header>
  );
}
