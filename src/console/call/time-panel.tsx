import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { localTime, snoozeTimes } from './snooze-times.ts';
import { PanelBox } from './panel-box.tsx';

interface TimePanelProps {
  readonly title: string;
  /** What happens at the time. */
  readonly verb: string;
  readonly isSending: boolean;
  readonly onChoose: (at: number) => void;
  readonly onBack: () => void;
}

/** A time that is to come: one of a few, or any other. */
export function TimePanel({ title, verb, isSending, onChoose, onBack }: TimePanelProps): JSX.Element {
  const [now] = useState(Date.now);
  const [picked, setPicked] = useState(() => localTime(now + 2 * 3_600_000));
  const first = useRef<HTMLButtonElement>(null);
  useEffect(() => first.current?.focus(), []);
  const at = Date.parse(picked);
  const isToCome = Number.isFinite(at) && at > Date.now();
  return (
    <PanelBox title={title} onBack={onBack}>
      <div class="times">
        {snoozeTimes(now).map((time, index) => (
          <button
            key={time.name}
            type="button"
            ref={index === 0 ? first : null}
            disabled={isSending}
            onClick={() => onChoose(time.at)}
          >
            {time.name}
          </button>
        ))}
      </div>
      <form
        class="pick"
        onSubmit={(event) => {
          event.preventDefault();
          if (isToCome) onChoose(at);
        }}
      >
        <label>
          Or at
          <input
            type="datetime-local"
            value={picked}
            min={localTime(now)}
            onInput={({ currentTarget }) => setPicked(currentTarget.value)}
          />
        </label>
        <button disabled={isSending || !isToCome}>{verb}</button>
      </form>
    </PanelBox>
  );
}
