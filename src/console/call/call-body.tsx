import type { JSX } from 'preact';
import { useContext } from 'preact/hooks';
import { demandsOn } from '../../conversation/addressee.ts';
import { childOf } from '../../conversation/handed-out.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import { visible } from '../../wire/plain-text.ts';
import { DoubtBar } from '../doubt/doubt-bar.tsx';
import { DoubtFacts } from '../doubt/doubt-facts.tsx';
import { Ago } from '../time-text.tsx';
import { ArgumentsView } from './arguments-view.tsx';
import { DecidedLine } from './decided-line.tsx';
import { DecisionBar } from './decision-bar.tsx';
import { FlagsView } from './flags-view.tsx';
import { HistoryView } from './history-view.tsx';
import { AloneContext } from './keyed.ts';
import type { ShownCall } from './made-decisions.ts';
import { listed, stillNeeded } from './people.ts';
import { shownName } from './shown-call.ts';
import { StandingView } from './standing-view.tsx';
import { TextView } from './text-view.tsx';
import { UnfoldingContext, unfoldingOf } from './unfolded.ts';
import { useWaitingItem } from './waiting-item.ts';
import { WhyAsked } from './why-asked.tsx';

/** All that is known of a call, and below it what may be decided. */
export function CallBody({ shown, progress }: { readonly shown: ShownCall; readonly progress: unknown }): JSX.Element {
  const { thread, call } = shown;
  const isAlone = useContext(AloneContext);
  const { item } = useWaitingItem(thread, call);
  return (
    <div class="call-body">
      <UnfoldingContext.Provider value={unfoldingOf(shownName(thread, call))}>
        {visible(call.name).length > 80 && <TextView text={call.name} />}
        {!isAlone && <AskedLine call={call} />}
        {call.state === 'in-doubt' && <DoubtFacts call={call} idempotencyKey={item?.key} />}
        {asksForApproval(call) && <WhyAsked call={call} />}
        <StandingView thread={thread} call={call} progress={progress} />
        {call.state === 'awaiting-input' ? <Beside call={call} /> : <ArgumentsView call={call} />}
      </UnfoldingContext.Provider>
      <HistoryView call={call} />
      <Deciding shown={shown} />
    </div>
  );
}

/** What a question is about stands in it; what the tool was called with is there for whoever wants to know. */
function Beside({ call }: { readonly call: ToolCall }): JSX.Element {
  return (
    <details class="call-arguments-beside">
      <summary>What the tool was called with</summary>
      <ArgumentsView call={call} />
    </details>
  );
}

function asksForApproval({ state }: ToolCall): boolean {
  return state === 'awaiting-approval' || state === 'snoozed' || state === 'deferred';
}

function waitsForSomebody(call: ToolCall): boolean {
  return asksForApproval(call) || call.state === 'awaiting-input' || call.state === 'awaiting-result';
}

function AskedLine({ call }: { readonly call: ToolCall }): JSX.Element | null {
  if (call.askedAt === undefined || !waitsForSomebody(call)) return null;
  return (
    <p class="muted asked">
      Asked <Ago at={call.askedAt} />
    </p>
  );
}

/** What may be decided by whoever looks; for whom it waits where that is somebody else. */
function Deciding({ shown }: { readonly shown: ShownCall }): JSX.Element | null {
  const { thread, call } = shown;
  const { isForMe } = useWaitingItem(thread, call);
  const isAsked = waitsForSomebody(call) || call.state === 'in-doubt';
  if (!isAsked || (childOf(call) && !isForMe)) return <DecidedLine shown={shown} />;
  if (!isForMe) return <Others call={call} />;
  return (
    <>
      <FlagsView call={call} />
      {call.state === 'in-doubt' ? <DoubtBar {...shown} /> : <DecisionBar {...shown} />}
    </>
  );
}

function Others({ call }: { readonly call: ToolCall }): JSX.Element {
  const names = demandsOn(call).flatMap(({ approvers = [] }) => approvers);
  const words =
    names.length === 0 ? 'It waits for somebody else to decide.' : `It waits for ${listed(names)} to decide.`;
  return <p class="others">{stillNeeded(call) ?? words}</p>;
}
