import { useState } from 'react';
import { useDecision } from 'yourcall/react';
import type { ShownCall } from 'yourcall/react';

/** A call as it stands, and what may be decided about it. */
export function CallView({ thread, call }: ShownCall) {
  const { offers, decide, isPending, answer } = useDecision({ thread, call });
  const [reason, setReason] = useState('');
  const asked = call.requirements?.find(({ met }) => !met);
  return (
    <section aria-label={call.name}>
      <b>{call.name}</b> {call.state}
      {/* Arguments are data: never Markdown, never HTML. */}
      <pre>{JSON.stringify(call.input, null, 2)}</pre>
      {call.state === 'completed' && <pre>{JSON.stringify(call.output, null, 2)}</pre>}
      {offers.length > 0 && asked?.reason && <p>{asked.reason}</p>}
      {offers.includes('approve') && (
        <button disabled={isPending} onClick={() => void decide({ type: 'approve' })}>
          Approve
        </button>
      )}
      {offers.includes('reject') && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void decide({ type: 'reject', ...(reason && { reason }) });
          }}
        >
          <input aria-label="Reason" value={reason} onChange={({ target }) => setReason(target.value)} />
          <button disabled={isPending}>Reject</button>
        </form>
      )}
      {answer && answer.type !== 'applied' && <p role="status">{told[answer.type]}</p>}
    </section>
  );
}

/** What became of a decision that was not applied. */
const told = {
  already: 'Somebody decided this before.',
  stale: 'The call is not what was shown: look again.',
  expired: 'It was too late.',
  invalid: 'The tool does not take this.',
  forbidden: 'You may not decide this.',
  'too-early': 'An old attempt may still act: wait.',
  'not-found': 'There is no such call.',
  failed: 'The server was not reached.',
};
