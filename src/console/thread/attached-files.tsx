import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import type { FilePart } from '../../conversation/content.ts';
import { visible } from '../../wire/plain-text.ts';

/** Files of this machine as parts of a message. Their type is what the browser says, where a server takes that. */
export function fileParts(files: Iterable<File>): Promise<readonly FilePart[]> {
  return Promise.all(Array.from(files, filePart));
}

async function filePart(file: File): Promise<FilePart> {
  const mediaType = /^[\w.+-]{1,64}\/[\w.+-]{1,64}$/.test(file.type) ? file.type : 'application/octet-stream';
  const data = base64Of(new Uint8Array(await file.arrayBuffer()));
  return { type: 'file', mediaType, name: file.name, source: { type: 'base64', data } };
}

/** In pieces: a call takes no more arguments than a stack holds. */
function base64Of(bytes: Uint8Array): string {
  let binary = '';
  for (let at = 0; at < bytes.length; at += 8_192) binary += String.fromCharCode(...bytes.subarray(at, at + 8_192));
  return btoa(binary);
}

interface AttachedFilesProps {
  readonly files: readonly FilePart[];
  readonly onChange: (files: readonly FilePart[]) => void;
}

/** The files that go with what is written. */
export function AttachedFiles({ files, onChange }: AttachedFilesProps): JSX.Element | null {
  if (files.length === 0) return null;
  return (
    <ul class="attached" aria-label="Attached files">
      {files.map((file, index) => (
        <li key={index}>
          <span class="icon icon-file" aria-hidden="true" />
          {visible(file.name ?? file.mediaType)}
          <button
            type="button"
            class="quiet"
            aria-label={`Leave out ${visible(file.name ?? 'the file')}`}
            onClick={() => onChange(files.filter((one) => one !== file))}
          >
            <span class="icon icon-close" aria-hidden="true" />
          </button>
        </li>
      ))}
    </ul>
  );
}

/** Picks files. */
export function AttachButton({ onFiles }: { readonly onFiles: (files: Iterable<File>) => void }): JSX.Element {
  const picker = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={picker}
        type="file"
        multiple
        hidden
        onChange={({ currentTarget }) => {
          onFiles(Array.from(currentTarget.files ?? []));
          currentTarget.value = '';
        }}
      />
      <button type="button" class="quiet" aria-label="Attach a file" onClick={() => picker.current?.click()}>
        <span class="icon icon-attach" aria-hidden="true" />
      </button>
    </>
  );
}
