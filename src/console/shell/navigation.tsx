import type { JSX } from 'preact';
import { visible } from '../../wire/plain-text.ts';
import { useMe } from '../session.ts';
import { showsKeys } from './key-list.tsx';
import { fragmentOf, place } from './place.ts';
import type { Place } from './place.ts';
import { ThemeButton } from './theme-button.tsx';

/** How much waits, and where. */
interface NavigationProps {
  readonly waiting: number;
  readonly doubts: number;
}

/** The views, with how much waits in each; at the side, or below on a narrow page. */
export function Navigation({ waiting, doubts }: NavigationProps): JSX.Element {
  const { principal, scopes } = useMe();
  return (
    <header class="navigation">
      <p class="brand">
        your<b>call</b>
      </p>
      <nav aria-label="Views">
        <Entry to={{ view: 'chat' }} icon="chat" name="Chat" />
        {scopes.includes('decide') && (
          <>
            <Entry to={{ view: 'inbox' }} icon="inbox" name="Inbox" count={waiting} what="waiting" />
            <Entry to={{ view: 'doubt' }} icon="doubt" name="In doubt" count={doubts} what="in doubt" />
          </>
        )}
        {scopes.includes('manage') && <Entry to={{ view: 'audit' }} icon="audit" name="Audit" />}
      </nav>
      <p class="principal muted" title={visible(principal)}>
        {visible(principal)}
      </p>
      <div class="navigation-end">
        <ThemeButton />
        <button type="button" class="quiet" onClick={() => (showsKeys.value = true)} aria-label="Keys">
          <kbd>?</kbd>
        </button>
      </div>
    </header>
  );
}

interface EntryProps {
  readonly to: Place;
  readonly icon: string;
  readonly name: string;
  readonly count?: number;
  readonly what?: string;
}

function Entry({ to, icon, name, count = 0, what = '' }: EntryProps): JSX.Element {
  const { view } = place.value;
  // What was granted is reached from the inbox.
  const isHere = view === to.view || (view === 'grants' && to.view === 'inbox');
  return (
    <a href={fragmentOf(to)} aria-current={isHere ? 'page' : undefined} class={`entry entry-${icon}`}>
      <span class={`icon icon-${icon}`} aria-hidden="true" />
      <span class="entry-name">{name}</span>
      {count > 0 && (
        <span class="count">
          {count > 499 ? '500+' : count}
          <span class="unseen"> {what}</span>
        </span>
      )}
    </a>
  );
}
