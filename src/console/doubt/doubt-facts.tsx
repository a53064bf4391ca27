import type { JSX } from 'preact';
import type { ToolCall } from '../../conversation/tool-call.ts';
import { Fact } from '../call/why-asked.tsx';
import { effectSentence } from '../call/standing.ts';
import { TextView } from '../call/text-view.tsx';
import { visible } from '../../wire/plain-text.ts';
import { Ago, isBefore } from '../time-text.tsx';

interface DoubtFactsProps {
  readonly call: ToolCall & { readonly state: 'in-doubt' };
  /** By which the other side may know the attempts; absent: not told. */
  readonly idempotencyKey: string | undefined;
}

/** What is known of a call in doubt: when it was started, why nobody knows what became of it, how long it may still act. */
export function DoubtFacts({ call, idempotencyKey }: DoubtFactsProps): JSX.Element {
  const { attempt, reason } = call;
  const effect = effectSentence(call);
  return (
    <>
      <p class="doubt-meaning">It was started, and nobody knows whether it took effect. Look where that would show.</p>
      <dl class="facts">
        <Fact name="What is known">
          <TextView text={reason} />
        </Fact>
        {attempt && (
          <Fact name="Started">
            <Ago at={attempt.startedAt} />, attempt {attempt.number}
            {attempt.firstStartedAt !== undefined && (
              <>
                ; the first with this key <Ago at={attempt.firstStartedAt} />
              </>
            )}
          </Fact>
        )}
        {attempt && (
          <Fact name="May still act">
            {isBefore(attempt.deadline) ? (
              <>
                until {new Date(attempt.deadline).toLocaleTimeString()}, <Ago at={attempt.deadline} />
              </>
            ) : (
              <>
                no, not since <Ago at={attempt.deadline} />
              </>
            )}
          </Fact>
        )}
        {effect !== undefined && <Fact name="Effect">{effect}</Fact>}
        {idempotencyKey !== undefined && (
          <Fact name="Its key there">
            <code>{visible(idempotencyKey)}</code>
          </Fact>
        )}
      </dl>
    </>
  );
}
