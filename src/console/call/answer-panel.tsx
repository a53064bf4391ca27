import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Decided } from '../../client/decided.ts';
import { useForm } from '../form/form-state.ts';
import { initialOf } from '../form/initial.ts';
import { refusedBy } from '../form/refused.ts';
import { ValueForm } from '../form/value-form.tsx';
import { focusIn } from './edit-panel.tsx';
import { PanelBox } from './panel-box.tsx';

interface AnswerPanelProps {
  readonly title: string;
  /** What it means to send it. */
  readonly hint: string;
  readonly verb: string;
  /** JSON Schema of the answer; nothing: a text. */
  readonly schema: unknown;
  /** Whether one goes on in its first field. */
  readonly isAsked: boolean;
  readonly isSending: boolean;
  readonly decided?: Decided | undefined;
  readonly onAnswer: (output: unknown) => void;
  readonly onBack: () => void;
}

/** What a person says in the place of a tool, or to a question of one. */
export function AnswerPanel(props: AnswerPanelProps): JSX.Element {
  const { title, hint, schema, isAsked, isSending, decided, onAnswer, onBack } = props;
  const known = schema ?? anyText;
  const form = useForm({
    schema: known,
    value: initialOf({ schema: known, root: known }),
    refused: refusedBy(decided),
  });
  const box = useRef<HTMLFormElement>(null);
  useEffect(() => (isAsked ? focusIn(box.current) : undefined), []);
  const canSend = form.isGood && !isSending;
  return (
    <PanelBox title={title} onBack={onBack}>
      <form
        ref={box}
        onSubmit={(event) => {
          event.preventDefault();
          if (canSend) onAnswer(form.value);
        }}
      >
        <p class="muted">{hint}</p>
        <ValueForm form={form} label="Answer" />
        <button class="good" disabled={!canSend}>
          {props.verb}
        </button>
      </form>
    </PanelBox>
  );
}

/** An answer of which nothing is known: a text, or as JSON whatever else it is. */
const anyText = {};
