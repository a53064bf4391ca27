import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { ContentPart, FilePart } from '../../conversation/content.ts';
import { AttachButton, AttachedFiles, fileParts } from './attached-files.tsx';
import { MannerChoice } from './manner-choice.tsx';
import type { Manner } from './manner.ts';
import { useDraft } from './use-draft.ts';
import { WritingPlace } from './writing-place.tsx';

interface ComposerProps {
  /** Of what is written: a draft is kept under it. */
  readonly name: string;
  /** What a word may do to what goes on, or waits; nothing when nothing does. */
  readonly offered?: readonly Manner[];
  /** Says it; gives whether it may be cleared. */
  readonly onSay: (content: string | readonly ContentPart[], manner: Manner | undefined) => Promise<boolean>;
  /** Stops what goes on. */
  readonly onStop?: () => void;
}

/** Where something is said: Enter sends it, Shift and Enter begin a new line. */
export function Composer({ name, offered = [], onSay, onStop }: ComposerProps): JSX.Element {
  const [text, setText] = useDraft(name);
  const [files, setFiles] = useState<readonly FilePart[]>([]);
  const [chosen, choose] = useState<Manner>('queue');
  const [isSending, setIsSending] = useState(false);
  const manner = offered.includes(chosen) ? chosen : offered[0];
  const isEmpty = text.trim() === '' && files.length === 0;
  const send = async (): Promise<void> => {
    if (isEmpty || isSending) return;
    setIsSending(true);
    const isSaid = await onSay(contentOf(text, files), manner);
    setIsSending(false);
    if (!isSaid) return;
    setText('');
    setFiles([]);
  };
  const attach = async (list: Iterable<File>): Promise<void> => {
    const more = await fileParts(list);
    setFiles((before) => [...before, ...more]);
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        void attach(event.dataTransfer?.files ?? []);
      }}
    >
      {manner !== undefined && !isEmpty && <MannerChoice offered={offered} chosen={manner} onChoose={choose} />}
      <AttachedFiles files={files} onChange={setFiles} />
      <div class="composer-box">
        <AttachButton onFiles={(list) => void attach(list)} />
        <WritingPlace text={text} onText={setText} onSend={() => void send()} onFiles={(list) => void attach(list)} />
        {onStop && isEmpty ? <StopButton onStop={onStop} /> : <SendButton isOff={isEmpty || isSending} />}
      </div>
    </form>
  );
}

function contentOf(text: string, files: readonly FilePart[]): string | readonly ContentPart[] {
  if (files.length === 0) return text;
  return text.trim() === '' ? files : [...files, { type: 'text', text }];
}

function StopButton({ onStop }: { readonly onStop: () => void }): JSX.Element {
  return (
    <button type="button" class="primary composer-send" aria-label="Stop" title="Stop (Esc)" onClick={onStop}>
      <span class="icon icon-stop" aria-hidden="true" />
    </button>
  );
}

function SendButton({ isOff }: { readonly isOff: boolean }): JSX.Element {
  return (
    <button class="primary composer-send" aria-label="Send" disabled={isOff}>
      <span class="icon icon-send" aria-hidden="true" />
    </button>
  );
}
