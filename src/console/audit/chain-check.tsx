import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { CheckedAudit } from '../../client/views.ts';
import { sentenceOf } from '../sentence.ts';
import { useSession } from '../session.ts';
import { chainWordsOf } from './chain-words.ts';
import type { ChainWords } from './chain-words.ts';

/** What was asked about the chain, and what came of it. */
export interface ChainCheck {
  readonly isChecking: boolean;
  readonly words?: ChainWords;
  readonly check: () => void;
}

/** Asks the server whether the trails are what was written: all of them, or that of a thread. */
export function useChainCheck(thread: string | undefined): ChainCheck {
  const { client } = useSession();
  const [isChecking, setIsChecking] = useState(false);
  const [words, setWords] = useState<ChainWords>();
  useEffect(() => setWords(undefined), [thread]);
  const check = (): void => {
    setIsChecking(true);
    setWords(undefined);
    client
      .checkAudit(thread === undefined ? {} : { thread })
      .then(
        (checked: CheckedAudit) => setWords(chainWordsOf(checked)),
        (error: unknown) => setWords({ tone: 'bad', sentence: sentenceOf(error) }),
      )
      .finally(() => setIsChecking(false));
  };
  return { isChecking, check, ...(words && { words }) };
}

/** What came of it, for as long as it is read. */
export function ChainAnswer({ words }: Pick<ChainCheck, 'words'>): JSX.Element {
  return (
    <div role="status" class="chain">
      {words && <p class={`chain-${words.tone}`}>{words.sentence}</p>}
    </div>
  );
}
