import { useState } from 'preact/hooks';

/** What is written and was not sent: kept while the page goes elsewhere, and over a reload of it. */
export function useDraft(name: string): readonly [text: string, write: (text: string) => void] {
  const key = `yourcall draft ${name}`;
  const [text, setText] = useState(() => sessionStorage.getItem(key) ?? '');
  return [
    text,
    (next) => {
      setText(next);
      if (next === '') sessionStorage.removeItem(key);
      else sessionStorage.setItem(key, next);
    },
  ];
}
