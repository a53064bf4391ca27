import type { JSX } from 'preact';
import { useContext, useState } from 'preact/hooks';
import { isObject } from '../../conversation/json.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import { visibleJson } from '../../wire/plain-text.ts';
import { isFolded } from './folding.ts';
import { inputOf } from './input.ts';
import { TextView } from './text-view.tsx';
import { UnfoldingContext } from './unfolded.ts';
import { ValueView } from './value-view.tsx';

/** The arguments of a call, all of them, as a table or as JSON. */
export function ArgumentsView({ call }: { readonly call: ToolCall }): JSX.Element {
  const input = inputOf(call);
  return <DataView name="Arguments" value={input} none={isObject(input) && Object.keys(input).length === 0} />;
}

interface DataViewProps {
  readonly name: string;
  readonly value: unknown;
  /** There is nothing in it. */
  readonly none?: boolean;
}

/** A value under its name, with a switch to see it as JSON. */
export function DataView({ name, value, none = false }: DataViewProps): JSX.Element {
  const [isRaw, setIsRaw] = useState(false);
  return (
    <section class="call-data" aria-label={name}>
      <header>
        <b>{name}</b>
        {!none && (
          <button type="button" class="quiet small" aria-pressed={isRaw} onClick={() => setIsRaw(!isRaw)}>
            JSON
          </button>
        )}
      </header>
      {none ? <p class="muted">none</p> : isRaw ? <RawView value={value} /> : <ValueView value={value} />}
    </section>
  );
}

/** As long as the table is not folded, neither is its JSON, which has more lines. */
function RawView({ value }: { readonly value: unknown }): JSX.Element {
  const around = useContext(UnfoldingContext);
  return (
    <UnfoldingContext.Provider value={isFolded(value) ? around : { isOpen: true, open() {} }}>
      <TextView text={visibleJson(value, 2)} />
    </UnfoldingContext.Provider>
  );
}
