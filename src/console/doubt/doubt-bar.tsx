import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { Decision, DoubtDecision } from '../../conversation/decision.ts';
import { AnswerPanel } from '../call/answer-panel.tsx';
import { DecidedLine } from '../call/decided-line.tsx';
import { decide, madeAbout } from '../call/made-decisions.ts';
import type { ShownCall } from '../call/made-decisions.ts';
import { PanelBox } from '../call/panel-box.tsx';
import { isUnread, shownName } from '../call/shown-call.ts';
import { useSteady } from '../call/steady.ts';
import { useTool } from '../call/tool-schema.ts';
import { useSession } from '../session.ts';
import { isBefore, Left } from '../time-text.tsx';

type DoubtChoice = DoubtDecision['type'];

/** What a person may say of a call in doubt, each with what it means; the others wait until no old attempt may act any more (rule E2). */
export function DoubtBar(shown: ShownCall): JSX.Element {
  const { thread, call } = shown;
  const { client } = useSession();
  const [open, setOpen] = useState<DoubtChoice | undefined>(undefined);
  const box = useRef<HTMLDivElement>(null);
  const isSteady = useSteady(box, shownName(thread, call));
  const made = madeAbout(shown);
  const isSending = made !== undefined && !made.decided;
  const send = (decision: Decision): void => void decide(client, shown, { decision });
  const choose = (choice: DoubtChoice): void => {
    if (!isSteady() || isSending) return;
    if (choice === 'happened' || choice === 'run-again') setOpen(choice);
    else send({ type: choice });
  };
  const back = (): void => setOpen(undefined);
  return (
    <div class="call-decision" ref={box}>
      <Choices {...{ shown, isSending, opened: open }} onChoose={choose} />
      <DecidedLine shown={shown} onRetry={({ decision }) => send(decision)} />
      {open === 'happened' && <HappenedPanel {...{ shown, isSending }} onDecide={send} onBack={back} />}
      {open === 'run-again' && <AgainPanel {...{ shown, isSending }} onDecide={send} onBack={back} />}
    </div>
  );
}

interface ChoicesProps {
  readonly shown: ShownCall;
  readonly isSending: boolean;
  readonly opened: DoubtChoice | undefined;
  readonly onChoose: (choice: DoubtChoice) => void;
}

function Choices({ shown, isSending, opened, onChoose }: ChoicesProps): JSX.Element {
  const { thread, call } = shown;
  const { deadline } = call.attempt ?? {};
  const until = deadline !== undefined && isBefore(deadline) ? deadline : undefined;
  const isLocked = isUnread(thread, call);
  return (
    <ul class="doubt-choices" aria-label="What happened?">
      {choices.map(({ type, name, means, look }) => {
        const waits = type !== 'happened' && until !== undefined;
        return (
          <li key={type}>
            <button
              type="button"
              class={look}
              disabled={isSending || waits || (type === 'run-again' && isLocked)}
              aria-expanded={type === 'happened' || type === 'run-again' ? opened === type : undefined}
              aria-describedby={`${call.id}-${type}`}
              onClick={() => onChoose(type)}
            >
              {name}
            </button>
            <span id={`${call.id}-${type}`} class="means">
              {means}
              {waits && (
                <em>
                  {' '}
                  Not yet: the old attempt may still act. <Left until={until} />.
                </em>
              )}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

interface DoubtChoiceView {
  readonly type: DoubtChoice;
  readonly name: string;
  readonly means: string;
  readonly look: string;
}

const choices: readonly DoubtChoiceView[] = [
  {
    type: 'happened',
    name: 'It happened…',
    means: 'It took effect. The model is told what you say came of it.',
    look: 'good',
  },
  {
    type: 'did-not-happen',
    name: 'It did not happen',
    means: 'Nothing took effect. The model is told so, and the tool does not run again.',
    look: '',
  },
  { type: 'run-again', name: 'Run again…', means: 'The tool is started once more, with the same key.', look: 'danger' },
  {
    type: 'abandon',
    name: 'Abandon',
    means: 'Nobody can find out. The model is told that it may have taken effect, and goes on.',
    look: 'quiet',
  },
];

interface DoubtPanelProps {
  readonly shown: ShownCall;
  readonly isSending: boolean;
  readonly onDecide: (decision: Decision) => void;
  readonly onBack: () => void;
}

function HappenedPanel({ shown, isSending, onDecide, onBack }: DoubtPanelProps): JSX.Element | null {
  const { tool, isKnown } = useTool(shown.thread, shown.call.name);
  if (!isKnown) return null;
  return (
    <AnswerPanel
      title="It happened"
      hint="What came of it: the model takes it for the result of the tool."
      verb="It happened"
      schema={tool?.output}
      isAsked
      isSending={isSending}
      decided={madeAbout(shown)?.decided}
      onAnswer={(output) => onDecide({ type: 'happened', output })}
      onBack={onBack}
    />
  );
}

function AgainPanel({ shown, isSending, onDecide, onBack }: DoubtPanelProps): JSX.Element {
  return (
    <PanelBox title="Run it again?" onBack={onBack}>
      <p>
        If it did take effect, it may take effect <b>twice</b>. Attempt {(shown.call.attempt?.number ?? 0) + 1} starts
        at once.
      </p>
      <button type="button" class="danger" disabled={isSending} onClick={() => onDecide({ type: 'run-again' })}>
        Yes, run it again
      </button>
    </PanelBox>
  );
}
