import type { ComponentChildren, JSX } from 'preact';
import { demandsOn } from '../../conversation/addressee.ts';
import type { Requirement } from '../../conversation/requirement.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import { visible } from '../../wire/plain-text.ts';
import { Ago, Left } from '../time-text.tsx';
import { listed } from './people.ts';
import { unifiedDiffLines } from './diff-lines.ts';
import { DiffView } from './diff-view.tsx';
import { effectSentence } from './standing.ts';
import { TextView } from './text-view.tsx';

/** Why a person is asked, what would happen, who else has a say, and until when. */
export function WhyAsked({ call }: { readonly call: ToolCall }): JSX.Element {
  const { requirements = [] } = call;
  const effect = effectSentence(call);
  return (
    <dl class="facts">
      {reasonsOf(call).map((reason) => (
        <Fact key={reason} name="Why you are asked">
          <TextView text={reason} />
        </Fact>
      ))}
      {requirements.map((one, index) => (
        <Demand key={index} demand={one} />
      ))}
      {effect !== undefined && (
        <Fact name="Effect">
          <span class={call.effect === 'once' ? 'fact-bad' : undefined}>{effect}</span>
        </Fact>
      )}
      {demandsOn(call).map(({ preview }, index) =>
        preview === undefined ? null : <Preview key={index} text={preview} />,
      )}
    </dl>
  );
}

/** The reasons of the policies, and why it is asked again. */
function reasonsOf(call: ToolCall): readonly string[] {
  const because = call.state === 'awaiting-approval' ? call.because : undefined;
  const again =
    because === 'tool-changed'
      ? ['The tool was changed since it was asked last.']
      : because === 'tool-missing'
        ? [`No tool of this name is there at the moment. It waits for one, or can be rejected.`]
        : [];
  const unread =
    call.state === 'awaiting-approval' && call.unjudged
      ? ['Nobody has read its arguments yet: it can only be rejected.']
      : [];
  const reasons = demandsOn(call).flatMap(({ reason }) => (reason === undefined ? [] : [reason]));
  const all = [...again, ...unread, ...new Set(reasons)];
  return all.length > 0 || call.state !== 'awaiting-approval' ? all : ['Whatever may change something asks first.'];
}

function Demand({ demand }: { readonly demand: Requirement }): JSX.Element {
  const { risk, rule, expiresAt, met } = demand;
  const people = peopleOf(demand);
  return (
    <>
      {risk !== undefined && (
        <Fact name="Risk">
          <span class="risk">{visible(risk)}</span>
        </Fact>
      )}
      {rule && (
        <Fact name="Rule">
          <b>{visible(rule.name)}</b>: <TextView text={rule.text} />
        </Fact>
      )}
      {people.length > 0 && (
        <Fact name="Who decides">
          {people.map((sentence) => (
            <p key={sentence}>{sentence}</p>
          ))}
          {met && (
            <p>
              Approved{met.by === undefined ? '' : ` by ${visible(met.by)}`} <Ago at={met.at} />.
            </p>
          )}
        </Fact>
      )}
      {expiresAt !== undefined && !met && (
        <Fact name="Time">
          <Left until={expiresAt} />, {afterwards(demand)}.
        </Fact>
      )}
    </>
  );
}

function peopleOf({ approvers, quorum = 1, given = [], notBy, met }: Requirement): readonly string[] {
  const names = given.flatMap(({ by }) => by ?? []);
  const approved = names.length > 0 ? `: ${listed(names, 'and')} approved` : '';
  return [
    ...(approvers ? [`It is for ${listed(approvers)} to decide.`] : []),
    ...(quorum > 1 && !met ? [`${given.length} of ${quorum} approvals${approved}.`] : []),
    ...(notBy === 'requester' ? ['Whoever asked for it may not approve it.'] : []),
  ];
}

function afterwards({ onExpire = 'deny' }: Requirement): string {
  if (onExpire === 'deny') return 'then it is denied';
  return onExpire === 'keep' ? 'then it waits on' : `then ${listed(onExpire.escalate.approvers)} is asked`;
}

function Preview({ text }: { readonly text: string }): JSX.Element {
  const lines = unifiedDiffLines(text);
  return (
    <Fact name={lines ? 'What it would change' : 'What will happen'} isWide>
      {lines ? <DiffView lines={lines} label="What it would change" /> : <TextView text={text} />}
    </Fact>
  );
}

interface FactProps {
  readonly name: string;
  readonly isWide?: boolean;
  readonly children: ComponentChildren;
}

/** One thing that is known, by its name. */
export function Fact({ name, isWide = false, children }: FactProps): JSX.Element {
  return (
    <div class={isWide ? 'call-fact wide' : 'call-fact'}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
