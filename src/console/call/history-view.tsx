import type { JSX } from 'preact';
import type { DecisionRecord } from '../../conversation/decision.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import { visible, visibleJson } from '../../wire/plain-text.ts';
import { Ago } from '../time-text.tsx';
import { decisionWords } from './decided-words.ts';

/** Who decided what about a call, and what became known late. */
export function HistoryView({ call }: { readonly call: ToolCall }): JSX.Element | null {
  const { decisions = [], lateEvidence = [] } = call;
  if (decisions.length + lateEvidence.length === 0) return null;
  return (
    <ul class="history" aria-label="What people decided">
      {decisions.map((record, index) => (
        <li key={index}>
          <b>{record.by === undefined ? 'Somebody' : visible(record.by)}</b> {decisionWords(record.decision)}{' '}
          <Ago at={record.at} />
          {wordsIn(record)}
        </li>
      ))}
      {lateEvidence.map(({ attempt, at, outcome }, index) => (
        <li key={`late ${index}`}>
          Attempt {attempt} was heard of late, <Ago at={at} />:{' '}
          {'completed' in outcome ? `it gave ${visibleJson(outcome.completed)}` : visible(outcome.failed)}
        </li>
      ))}
    </ul>
  );
}

function wordsIn({ decision }: DecisionRecord): string {
  return decision.type === 'reject' && decision.reason ? `: ${visible(decision.reason)}` : '';
}
