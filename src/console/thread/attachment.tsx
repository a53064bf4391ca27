import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Client } from '../../client/client.ts';
import type { FilePart, FileSource } from '../../conversation/content.ts';
import { visible } from '../../wire/plain-text.ts';
import { Link } from '../markdown/inline.tsx';
import { useSession } from '../session.ts';

interface AttachmentProps {
  readonly file: FilePart;
  readonly thread: string;
}

/** Pictures that cannot run anything; all else is a file to be kept. */
const pictures = /^image\/(png|jpeg|gif|webp|avif|bmp)$/i;

/** A file of a message: shown when it is a picture, and else to be downloaded. */
export function Attachment({ file: { name, mediaType, source }, thread }: AttachmentProps): JSX.Element {
  const { client } = useSession();
  const isPicture = pictures.test(mediaType);
  const url = useAddress(client, thread, { mediaType, source, isPicture });
  const title = visible(name ?? mediaType);
  if (source.type === 'url') return <Link href={source.url}>{title}</Link>;
  if (isPicture && url !== undefined) {
    return (
      <a class="picture" href={url} download={name ?? 'picture'}>
        <img src={url} alt={title} />
      </a>
    );
  }
  return (
    <p class="file">
      <span class="icon icon-file" aria-hidden="true" />
      {url === undefined ? (
        <span>{title}</span>
      ) : (
        <a href={url} download={name ?? 'file'}>
          {title}
        </a>
      )}
      <span class="muted">{visible(mediaType)}</span>
    </p>
  );
}

interface Wanted {
  readonly mediaType: string;
  readonly source: FileSource;
  readonly isPicture: boolean;
}

/** An address of the bytes for as long as they are shown. */
function useAddress(client: Client, thread: string, { mediaType, source, isPicture }: Wanted): string | undefined {
  const [url, setUrl] = useState<string>();
  const name = source.type === 'blob' ? source.digest : source.type === 'base64' ? source.data : undefined;
  useEffect(() => {
    if (name === undefined) return undefined;
    let address: string | undefined;
    let isGone = false;
    const bytes = source.type === 'blob' ? client.readBlob(thread, name) : Promise.resolve(bytesOf(name));
    bytes.then(
      (found) => {
        if (isGone) return;
        // A browser shows nothing of ours under a type that it could run.
        const type = isPicture ? mediaType : 'application/octet-stream';
        address = URL.createObjectURL(new Blob([found as Uint8Array<ArrayBuffer>], { type }));
        setUrl(address);
      },
      () => {},
    );
    return () => {
      isGone = true;
      if (address !== undefined) URL.revokeObjectURL(address);
    };
  }, [client, thread, name]);
  return url;
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
