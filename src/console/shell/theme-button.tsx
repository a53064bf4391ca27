import { signal } from '@preact/signals';
import type { JSX } from 'preact';

type Theme = 'auto' | 'light' | 'dark';

const key = 'yourcall theme';
const theme = signal<Theme>(read());
show(theme.value);

/** Light, dark, or as the machine has it. */
export function ThemeButton(): JSX.Element {
  const next = after[theme.value];
  return (
    <button
      type="button"
      class="quiet"
      aria-label={`Colours: ${theme.value}. Change to ${next}`}
      title={`Colours: ${theme.value}`}
      onClick={() => {
        theme.value = next;
        localStorage.setItem(key, next);
        show(next);
      }}
    >
      <span class={`icon icon-${theme.value}`} aria-hidden="true" />
    </button>
  );
}

const after: Readonly<Record<Theme, Theme>> = { auto: 'light', light: 'dark', dark: 'auto' };

function read(): Theme {
  const kept = localStorage.getItem(key);
  return kept === 'light' || kept === 'dark' ? kept : 'auto';
}

function show(one: Theme): void {
  if (one === 'auto') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = one;
}
