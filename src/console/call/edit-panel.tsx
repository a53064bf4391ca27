import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Decided } from '../../client/decided.ts';
import { useForm } from '../form/form-state.ts';
import { refusedBy } from '../form/refused.ts';
import { changesBetween } from '../form/value-change.ts';
import { ValueForm } from '../form/value-form.tsx';
import { ChangeView } from './change-view.tsx';
import { PanelBox } from './panel-box.tsx';

interface EditPanelProps {
  readonly input: unknown;
  /** JSON Schema of the arguments; nothing where none is known. */
  readonly schema: unknown;
  readonly isSending: boolean;
  /** What became of the last decision. */
  readonly decided?: Decided | undefined;
  readonly onApprove: (input: unknown) => void;
  readonly onBack: () => void;
}

/** The arguments as a form; what is changed is shown before it is approved. */
export function EditPanel({ input, schema, isSending, decided, onApprove, onBack }: EditPanelProps): JSX.Element {
  const form = useForm({ schema, value: input, refused: refusedBy(decided) });
  const box = useRef<HTMLFormElement>(null);
  useEffect(() => focusIn(box.current), []);
  const changes = changesBetween(input, form.value);
  const canSend = form.isGood && changes.length > 0 && !isSending;
  return (
    <PanelBox title="Edit the arguments" onBack={onBack}>
      <form
        ref={box}
        onSubmit={(event) => {
          event.preventDefault();
          if (canSend) onApprove(form.value);
        }}
      >
        <ValueForm form={form} label="Arguments" />
        <p class="panel-part">What you change</p>
        <ChangeView changes={changes} />
        <button class="good" disabled={!canSend}>
          Approve as edited
        </button>
      </form>
    </PanelBox>
  );
}

/** Into the first field, so that one can write at once. */
export function focusIn(box: HTMLElement | null): void {
  const fields = 'input:not([type="checkbox"]), textarea, select, input';
  const field =
    box?.querySelector<HTMLElement>(`.fields :is(${fields})`) ??
    box?.querySelector<HTMLElement>(`.field :is(${fields})`);
  field?.focus();
}
