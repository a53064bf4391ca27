import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { ConnectionState } from '../../client/connection.ts';
import { sentenceOf } from '../sentence.ts';

interface ConnectionBarProps {
  readonly state: ConnectionState;
  readonly onReconnect: () => void;
}

/** Says when nothing new can be heard, and what is done about it. A moment without connection is not told. */
export function ConnectionBar({ state: { status, error }, onReconnect }: ConnectionBarProps): JSX.Element {
  const isLong = useIsLong(status !== 'live', 1_000);
  return (
    <div role="status" class="connection">
      {isLong && status !== 'live' && (
        <p class={`bar bar-${status}`}>
          <span>{wordsOf(status)}</span>
          {error && <span class="muted">{sentenceOf(error)}</span>}
          {status === 'closed' && (
            <button type="button" onClick={onReconnect}>
              Connect again
            </button>
          )}
        </p>
      )}
    </div>
  );
}

function wordsOf(status: ConnectionState['status']): string {
  switch (status) {
    case 'live':
      return '';
    case 'connecting':
      return 'Connecting…';
    case 'offline':
      return 'Offline. What you see is as it was; it goes on by itself when the server answers.';
    case 'closed':
      return 'Not connected.';
  }
}

/** Whether something has been so for a while. */
function useIsLong(isSo: boolean, milliseconds: number): boolean {
  const [isLong, setIsLong] = useState(false);
  useEffect(() => {
    setIsLong(false);
    if (!isSo) return undefined;
    const timer = setTimeout(() => setIsLong(true), milliseconds);
    return () => clearTimeout(timer);
  }, [isSo, milliseconds]);
  return isLong;
}
