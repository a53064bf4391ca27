import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { AuditEntry } from '../../client/views.ts';
import type { Decision } from '../../conversation/decision.ts';
import type { GrantTaken } from '../../conversation/grant.ts';
import type { DecisionTaken } from '../../conversation/taken.ts';
import { fold, sizeOf, visible, visibleJson, visibleLines } from '../../wire/plain-text.ts';
import { RuleView } from '../grants/rule-view.tsx';
import { scopeNames } from '../grants/words.ts';
import { fragmentOf } from '../shell/place.ts';

/** All that is on record of a decision. */
export function EntryDetails({ entry, id }: { readonly entry: AuditEntry; readonly id: string }): JSX.Element {
  const { thread, decided } = entry;
  return (
    <dl class="entry-details" id={id}>
      {decided && <Taken decided={decided} />}
      <Fact name="Thread">
        <a href={fragmentOf({ view: 'chat', thread })}>
          <code>{visible(thread)}</code>
        </a>
      </Fact>
      {decided && (
        <Fact name="Call">
          <code>{visible(decided.call)}</code>
          {decided.revision !== undefined && <>, revision {decided.revision}</>}
          {decided.attempt !== undefined && <>, attempt {decided.attempt}</>}
        </Fact>
      )}
      {decided?.input !== undefined && (
        <Fact name="Input">
          <Digest of={decided.input} /> of the arguments that were decided about
        </Fact>
      )}
      {decided?.seen !== undefined && (
        <Fact name="Seen">
          <Digest of={decided.seen} /> of what was shown
        </Fact>
      )}
      <Fact name="Link">
        <Digest of={entry.link} />, the {ordinal(entry.place)} of its thread, stored {time(entry.at)}
      </Fact>
      {!decided && (
        <Fact name="Who">
          <code>{visible(entry.who)}</code> stands for the person
        </Fact>
      )}
    </dl>
  );
}

function Taken({ decided }: { readonly decided: DecisionTaken | GrantTaken }): JSX.Element {
  const { at, from, to, question, requirements = [], decision } = decided;
  return (
    <>
      <Fact name="When">{time(at)}</Fact>
      {to !== undefined && (
        <Fact name="Became">
          {from !== undefined && <>{from} → </>}
          <b>{to}</b>
        </Fact>
      )}
      <Content decision={decision} />
      {question !== undefined && <Fact name="Question">{visibleLines(question)}</Fact>}
      {requirements.map(({ reason, risk, approvers, quorum }, index) => (
        <Fact key={index} name="Asked because">
          {reason === undefined ? 'a policy asked' : visibleLines(reason)}
          {risk !== undefined && <p class="wrong">Risk: {visible(risk)}</p>}
          {approvers && (
            <p class="muted">
              of {approvers.map(visible).join(', ')}
              {quorum !== undefined && quorum > 1 && <>, {quorum} of them</>}
            </p>
          )}
        </Fact>
      ))}
    </>
  );
}

/** What a decision says beyond its kind. */
function Content({ decision }: { readonly decision: Decision | GrantTaken['decision'] }): JSX.Element | null {
  switch (decision.type) {
    case 'approve':
      return (
        <>
          {'input' in decision && <Value name="Edited to" value={decision.input} />}
          {decision.notBefore !== undefined && <Fact name="Not before">{time(Date.parse(decision.notBefore))}</Fact>}
        </>
      );
    case 'reject':
      return <Fact name="Reason">{decision.reason ? visibleLines(decision.reason) : 'none was given'}</Fact>;
    case 'answer':
    case 'happened':
      return <Value name="Answer" value={decision.output} />;
    case 'grant':
    case 'revoke':
      return (
        <Fact name={decision.type === 'grant' ? 'Granted' : 'Revoked'}>
          <RuleView rule={decision.grant.rule} />
          for {scopeNames[decision.grant.scope]}
        </Fact>
      );
    case 'snooze':
      return <Fact name="Until">{time(Date.parse(decision.until))}</Fact>;
    default:
      return null;
  }
}

function Value({ name, value }: { readonly name: string; readonly value: unknown }): JSX.Element {
  const [isWhole, setIsWhole] = useState(false);
  const text = visibleJson(value, 2);
  const { lines, rest } = fold(text, 20, 2_000);
  const isFolded = rest !== undefined && !isWhole;
  return (
    <Fact name={name}>
      <pre>{isFolded ? lines.join('\n') : text}</pre>
      {isFolded && (
        <button type="button" onClick={() => setIsWhole(true)}>
          Show all: {sizeOf(text)}
        </button>
      )}
    </Fact>
  );
}

interface FactProps {
  readonly name: string;
  readonly children: ComponentChildren;
}

function Fact({ name, children }: FactProps): JSX.Element {
  return (
    <div class="entry-fact">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** Enough of a digest to compare it; the whole of it when it is pointed at. */
function Digest({ of }: { readonly of: string }): JSX.Element {
  return <code title={visible(of)}>{visible(of.slice(0, 16))}…</code>;
}

function time(at: number): JSX.Element {
  const date = new Date(at);
  return <time dateTime={date.toISOString()}>{date.toLocaleString()}</time>;
}

function ordinal(place: number): string {
  const ending = ['th', 'st', 'nd', 'rd'];
  const tens = place % 100;
  return `${place}${ending[(tens - 20) % 10] ?? ending[tens] ?? 'th'}`;
}
