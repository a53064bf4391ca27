import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { InboxItem } from '../../client/views.ts';
import { clip, visible } from '../../wire/plain-text.ts';
import { inputOf } from '../call/input.ts';
import { summaryOf } from '../call/summary.ts';
import { go } from '../shell/place.ts';
import { nameOfItem } from './row.ts';

const kept = 'yourcall notifications';

/** Tells by a notification of the browser what begins to wait while one looks elsewhere; off until it is asked for. */
export function NotifyButton({ items }: { readonly items: readonly InboxItem[] }): JSX.Element | null {
  const [isOn, setIsOn] = useState(() => mayNotify() && localStorage.getItem(kept) === 'on');
  useNews(items, isOn);
  if (!('Notification' in globalThis)) return null;
  const isRefused = Notification.permission === 'denied';
  const toggle = async (): Promise<void> => {
    const next = !isOn && (await Notification.requestPermission()) === 'granted';
    localStorage.setItem(kept, next ? 'on' : 'off');
    setIsOn(next);
  };
  return (
    <button
      type="button"
      class="quiet small notify"
      aria-pressed={isOn}
      disabled={isRefused}
      title={
        isRefused
          ? 'This browser was told not to notify you of this page.'
          : 'While you look elsewhere, the browser tells you what begins to wait.'
      }
      onClick={() => void toggle()}
    >
      {isOn ? 'Notifications on' : 'Notify me'}
    </button>
  );
}

function mayNotify(): boolean {
  return 'Notification' in globalThis && Notification.permission === 'granted';
}

function useNews(items: readonly InboxItem[], isOn: boolean): void {
  const known = useRef<ReadonlySet<string> | undefined>(undefined);
  useEffect(() => {
    const before = known.current;
    known.current = new Set(items.map(nameOfItem));
    if (!before || !isOn || !document.hidden) return;
    const news = items.filter((item) => !before.has(nameOfItem(item)));
    const [first] = news;
    if (first) tell(first, news.length);
  }, [items, isOn]);
}

function tell(item: InboxItem, count: number): void {
  const { call, thread } = item;
  const name = clip(visible(call.name), 60);
  const title = count === 1 ? `${name} waits for you` : `${count} calls wait for you`;
  const notification = new Notification(title, { body: summaryOf(inputOf(call)), tag: 'yourcall inbox' });
  notification.addEventListener('click', () => {
    window.focus();
    go({ view: 'inbox', chosen: { thread: thread.id, call: call.id } });
    notification.close();
  });
}
