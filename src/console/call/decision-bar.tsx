import type { JSX } from 'preact';
import { useContext, useRef, useState } from 'preact/hooks';
import type { Me } from '../../client/views.ts';
import type { ChatError } from '../../conversation/error.ts';
import { useSession } from '../session.ts';
import { BarKeys } from './bar-keys.tsx';
import { ChoiceButtons } from './choice-buttons.tsx';
import { ChoicePanel } from './choice-panel.tsx';
import { DecidedLine } from './decided-line.tsx';
import { KeyedContext } from './keyed.ts';
import { decide, madeAbout } from './made-decisions.ts';
import type { ShownCall, Wanted } from './made-decisions.ts';
import { choicesOn } from './offered.ts';
import type { Choice } from './offered.ts';
import { hasApproved, stillNeeded } from './people.ts';
import { isUnread, shownName } from './shown-call.ts';
import { useSteady } from './steady.ts';
import { unfold } from './unfolded.ts';
import { useOffer } from './use-offer.ts';

/** What may be decided about a call that waits for whoever looks, and what became of it. */
export function DecisionBar(shown: ShownCall): JSX.Element {
  const { thread, call } = shown;
  const { client, me } = useSession();
  const name = shownName(thread, call);
  const [open, setOpen] = useState<Opened | undefined>(undefined);
  const box = useRef<HTMLDivElement>(null);
  const isSteady = useSteady(box, `${name} ${call.state}`);
  const isKeyed = useContext(KeyedContext);
  const made = madeAbout(shown);
  const isSending = made !== undefined && !made.decided;
  const isMine = hasApproved(call, nameIn(me.value));
  const isUnseen = isUnread(thread, call);
  const isLocked = isUnseen || isMine;
  const offer = useOffer(shown);
  const choices = choicesOn(call, offer !== undefined);
  const back = (): void => setOpen({ name, choice: undefined });
  const send = async (wanted: Wanted): Promise<void> => {
    await decide(client, shown, wanted);
    if (isOver(shown)) back();
  };
  const choose = (choice: Choice): void => {
    if (!isSteady() || isSending || !choices.includes(choice)) return;
    if (choice === 'approve') {
      if (!isLocked) void send({ decision: { type: 'approve' } });
      return;
    }
    // The form shows all of it.
    if (choice === 'edit') unfold(name);
    setOpen({ name, choice });
  };
  // What was opened about something else is closed. To a question one can only answer.
  const unasked = call.state === 'awaiting-input' ? 'answer' : undefined;
  const opened = open?.name === name ? open.choice : unasked;
  return (
    <div class="call-decision" ref={box}>
      <Hindrance {...{ shown, isUnseen, isMine }} />
      <ChoiceButtons {...{ choices, opened, isSending, isLocked }} isKeyed={isKeyed} onChoose={choose} />
      {isKeyed && <BarKeys {...{ choices, isUnseen }} onChoose={choose} onOpen={() => unfold(name)} />}
      <DecidedLine shown={shown} onRetry={(wanted) => void send(wanted)} />
      {opened && (
        <ChoicePanel
          key={`${name} ${opened} ${String(open?.name === name)}`}
          {...{ shown, isSending, isLocked, offer, decided: made?.decided }}
          choice={opened}
          isAsked={open?.name === name}
          onDecide={(decision, grant) => void send({ decision, grant })}
          onBack={back}
        />
      )}
    </div>
  );
}

function nameIn(me: Me | ChatError | undefined): string | undefined {
  return me && 'principal' in me ? me.principal : undefined;
}

/** What is open below the buttons about what is shown under this name. */
interface Opened {
  readonly name: string;
  readonly choice: Choice | undefined;
}

/** Whether the last decision was taken, by this person or by somebody else before. */
function isOver(shown: ShownCall): boolean {
  const type = madeAbout(shown)?.decided?.type;
  return type === 'applied' || type === 'already';
}

interface HindranceProps {
  readonly shown: ShownCall;
  readonly isUnseen: boolean;
  readonly isMine: boolean;
}

/** Why it cannot be approved now by whoever looks, and what is to be done. */
function Hindrance({ shown, isUnseen, isMine }: HindranceProps): JSX.Element | null {
  const { thread, call } = shown;
  if (isUnseen) {
    return (
      <p class="unread">
        Part of it is folded. Look at all of it before you approve.{' '}
        <button type="button" class="small" onClick={() => unfold(shownName(thread, call))}>
          Show all
        </button>
      </p>
    );
  }
  return isMine && !madeAbout(shown) ? <p class="muted">You have approved it. {stillNeeded(call)}</p> : null;
}
