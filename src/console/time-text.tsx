import { signal } from '@preact/signals';
import type { JSX } from 'preact';

/** The time, as often as a page says it: every second, while it is looked at. */
const now = signal(Date.now());
setInterval(() => {
  if (!document.hidden) now.value = Date.now();
}, 1_000);

/** How long ago something was, or how long it is until it is; the whole time stands behind it. */
export function Ago({ at }: { readonly at: number }): JSX.Element {
  const seconds = Math.round((now.value - at) / 1_000);
  const words = seconds >= 0 ? `${spanOf(seconds)} ago` : `in ${spanOf(-seconds)}`;
  return <Moment at={at} words={Math.abs(seconds) < 5 ? 'now' : words} />;
}

/** How much time is left, or that there is none. */
export function Left({ until }: { readonly until: number }): JSX.Element {
  const seconds = Math.ceil((until - now.value) / 1_000);
  return <Moment at={until} words={seconds > 0 ? `${spanOf(seconds)} left` : 'no time left'} />;
}

/** Whether it is before a time; rendered anew when it has come. */
export function isBefore(time: number): boolean {
  return now.value < time;
}

function Moment({ at, words }: { readonly at: number; readonly words: string }): JSX.Element {
  return (
    <time dateTime={new Date(at).toISOString()} title={new Date(at).toLocaleString()}>
      {words}
    </time>
  );
}

/** `12 s`, `3 min`, `2 h`, `5 d`. */
function spanOf(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`;
  return seconds < 86_400 ? `${Math.floor(seconds / 3_600)} h` : `${Math.floor(seconds / 86_400)} d`;
}
