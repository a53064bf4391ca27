import { signal } from '@preact/signals';
import type { Signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { keysNow, useKeys } from './keys.ts';

/** Whether the list of keys is open. */
export const showsKeys: Signal<boolean> = signal(false);

/** What can be done by keys here and now. */
export function KeyList(): JSX.Element {
  const box = useRef<HTMLDialogElement>(null);
  const isOpen = showsKeys.value;
  useKeys([{ key: '?', does: 'show these keys', run: () => (showsKeys.value = true) }]);
  useEffect(() => {
    if (isOpen) box.current?.showModal();
    else box.current?.close();
  }, [isOpen]);
  return (
    <dialog ref={box} aria-labelledby="keys-title" onClose={() => (showsKeys.value = false)} class="keys">
      <h2 id="keys-title">Keys</h2>
      {isOpen && (
        <dl>
          {keysNow().map(({ key, does }) => (
            <div key={key}>
              <dt>
                {key.split(' ').map((one) => (
                  <kbd key={one}>{names[one] ?? one}</kbd>
                ))}
              </dt>
              <dd>{does}</dd>
            </div>
          ))}
        </dl>
      )}
      <form method="dialog">
        <button autofocus>Close</button>
      </form>
    </dialog>
  );
}

const names: Readonly<Record<string, string>> = {
  Escape: 'Esc',
  ArrowUp: '↑',
  ArrowDown: '↓',
  ' ': 'Space',
};
