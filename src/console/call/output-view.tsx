import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { isBlobReference } from '../../conversation/blob.ts';
import type { BlobReference } from '../../conversation/blob.ts';
import { count, visibleLines } from '../../wire/plain-text.ts';
import { sentenceOf } from '../sentence.ts';
import { useSession } from '../session.ts';
import { DataView } from './arguments-view.tsx';
import { UnfoldingContext } from './unfolded.ts';

interface OutputViewProps {
  readonly thread: string;
  readonly name: string;
  readonly output: unknown;
}

/** What a tool gave: as data, folded where it is long, and fetched when it is wanted where the server keeps it apart. */
export function OutputView({ thread, name, output }: OutputViewProps): JSX.Element | null {
  const [isOpen, setIsOpen] = useState(false);
  if (isBlobReference(output)) return <BlobView thread={thread} name={name} reference={output} />;
  if (output === undefined) return null;
  return (
    <UnfoldingContext.Provider value={{ isOpen, open: () => setIsOpen(true) }}>
      <DataView name={name} value={output} />
    </UnfoldingContext.Provider>
  );
}

interface BlobViewProps {
  readonly thread: string;
  readonly name: string;
  readonly reference: BlobReference;
}

function BlobView({ thread, name, reference }: BlobViewProps): JSX.Element {
  const { client } = useSession();
  const [read, setRead] = useState<{ readonly value: unknown } | { readonly wrong: string } | 'reading' | undefined>(
    undefined,
  );
  if (typeof read === 'object' && 'value' in read)
    return <OutputView thread={thread} name={name} output={read.value} />;
  const fetchIt = async (): Promise<void> => {
    setRead('reading');
    try {
      const bytes = await client.readBlob(thread, reference.blob);
      setRead({ value: JSON.parse(new TextDecoder().decode(bytes)) });
    } catch (error) {
      setRead({ wrong: sentenceOf(error) });
    }
  };
  return (
    <section class="call-data" aria-label={name}>
      <header>
        <b>{name}</b>
      </header>
      <pre class="lines">{visibleLines(reference.preview)}…</pre>
      <p class="folded">
        The beginning of {count(reference.size, 'byte')}.{' '}
        <button type="button" class="quiet" disabled={read === 'reading'} onClick={() => void fetchIt()}>
          Read all of it
        </button>
      </p>
      {typeof read === 'object' && <p class="wrong">{read.wrong}</p>}
    </section>
  );
}
