import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { GrantOffer, GrantWish } from '../../conversation/grant-offer.ts';
import { visible } from '../../wire/plain-text.ts';
import { RuleView } from '../grants/rule-view.tsx';
import { scopeNames } from '../grants/words.ts';
import { PanelBox } from './panel-box.tsx';

interface GrantPanelProps {
  readonly offer: Offered;
  readonly isSending: boolean;
  /** It may not be approved before all of it was looked at. */
  readonly isLocked: boolean;
  readonly onGrant: (wish: GrantWish) => void;
  readonly onBack: () => void;
}

/** What a server offers to grant with an approval. */
export type Offered = Extract<GrantOffer, { readonly type: 'offered' }>;

/** For how long calls like this one are let run, and which: this very one, or one step broader, as the rule says. */
export function GrantPanel({ offer, isSending, isLocked, onGrant, onBack }: GrantPanelProps): JSX.Element {
  const { choices, scopes } = offer;
  const [scope, setScope] = useState(scopes[0]);
  const [chosen, setChosen] = useState(choices[0]);
  const box = useRef<HTMLFormElement>(null);
  useEffect(() => box.current?.querySelector('input')?.focus(), []);
  return (
    <PanelBox title="Approve, and let calls like it run without asking" onBack={onBack}>
      <form
        ref={box}
        onSubmit={(event) => {
          event.preventDefault();
          if (chosen && scope && !isSending && !isLocked) onGrant({ choice: chosen.id, scope });
        }}
      >
        <Picks
          name="For how long"
          all={scopes}
          chosen={scope}
          wordsOf={(one) => scopeNames[one]}
          onPick={(one) => setScope(one)}
        />
        <Picks
          name="Which calls"
          all={choices}
          chosen={chosen}
          wordsOf={({ says }) => visible(says)}
          onPick={(one) => setChosen(one)}
        />
        {chosen && (
          <div role="status">
            <p class="panel-part">What runs without asking</p>
            <RuleView rule={chosen.rule} />
          </div>
        )}
        <button class="good" disabled={isSending || isLocked}>
          Approve and allow
        </button>
      </form>
    </PanelBox>
  );
}

interface PicksProps<One> {
  readonly name: string;
  readonly all: readonly One[];
  readonly chosen: One | undefined;
  readonly wordsOf: (one: One) => string;
  readonly onPick: (one: One) => void;
}

function Picks<One>({ name, all, chosen, wordsOf, onPick }: PicksProps<One>): JSX.Element {
  return (
    <fieldset class="picks">
      <legend>{name}</legend>
      {all.map((one) => (
        <label key={wordsOf(one)} class="switch">
          <input type="radio" name={name} checked={one === chosen} onChange={() => onPick(one)} />
          {wordsOf(one)}
        </label>
      ))}
    </fieldset>
  );
}
