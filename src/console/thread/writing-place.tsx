import type { JSX } from 'preact';

interface WritingPlaceProps {
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly onSend: () => void;
  readonly onFiles: (files: Iterable<File>) => void;
}

/** Where it is written; as high as what is written, up to a part of the page. */
export function WritingPlace({ text, onText, onSend, onFiles }: WritingPlaceProps): JSX.Element {
  return (
    <label class="writing-place">
      <span class="unseen">Message</span>
      {/* A copy behind it makes it as high as its text. */}
      <span class="writing-size" aria-hidden="true">{`${text}\n`}</span>
      <textarea
        rows={1}
        placeholder="Say something…"
        value={text}
        onInput={({ currentTarget }) => onText(currentTarget.value)}
        onPaste={(event) => {
          const files = event.clipboardData?.files;
          if (!files?.length) return;
          event.preventDefault();
          onFiles(files);
        }}
        onKeyDown={(event) => {
          // An Enter that ends a composition, as of Japanese, sends nothing.
          if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          onSend();
        }}
      />
    </label>
  );
}
