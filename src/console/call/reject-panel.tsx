import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { PanelBox } from './panel-box.tsx';

interface RejectPanelProps {
  readonly isSending: boolean;
  readonly onReject: (reason: string | undefined) => void;
  readonly onBack: () => void;
}

/** Why it is rejected, if one likes to say so; Enter sends it. */
export function RejectPanel({ isSending, onReject, onBack }: RejectPanelProps): JSX.Element {
  const [reason, setReason] = useState('');
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  return (
    <PanelBox title="Reject" onBack={onBack}>
      <form
        class="reason"
        onSubmit={(event) => {
          event.preventDefault();
          if (!isSending) onReject(reason.trim() || undefined);
        }}
      >
        <label>
          Reason, if you like: the model is told
          <input
            ref={field}
            value={reason}
            maxLength={1_000}
            autocomplete="off"
            onInput={({ currentTarget }) => setReason(currentTarget.value)}
          />
        </label>
        <button class="danger" disabled={isSending}>
          Reject
        </button>
      </form>
    </PanelBox>
  );
}
