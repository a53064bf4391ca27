import type { WaitingRow } from '../../store/store.ts';
import type { Deciders } from './deciding.ts';
import { shownName } from './inbox-list.ts';

/** Of which calls something may be granted: asked once of each, since it is not cheap to tell and drawn again and again. */
export class GrantOffers {
  readonly #decider: Pick<Deciders, 'granterFor'>;
  readonly #known = new Map<string, boolean>();

  constructor(decider: Pick<Deciders, 'granterFor'>) {
    this.#decider = decider;
  }

  has(row: WaitingRow): boolean {
    const known = this.#known.get(shownName(row));
    if (known !== undefined) return known;
    const may = this.#decider.granterFor(row.thread.chat)?.offer(row.call).type === 'suggested';
    this.#known.set(shownName(row), may);
    return may;
  }
}
