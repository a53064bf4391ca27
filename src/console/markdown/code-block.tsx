import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { visible, visibleSpeech } from '../../wire/plain-text.ts';

interface CodeBlockProps {
  readonly text: string;
  readonly language: string;
}

/** Code as it is, with its language, and a button that copies it. */
export function CodeBlock({ text, language }: CodeBlockProps): JSX.Element {
  const [isCopied, setIsCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text);
    setIsCopied(true);
    setTimeout(() => setIsCopied(false), 1_500);
  };
  return (
    <figure class="code">
      <figcaption>
        <span>{visible(language.split(/\s/)[0] ?? '')}</span>
        <button type="button" class="quiet" onClick={() => void copy()}>
          {isCopied ? 'Copied' : 'Copy'}
        </button>
      </figcaption>
      <pre tabIndex={0}>
        <code>{visibleSpeech(text)}</code>
      </pre>
    </figure>
  );
}
