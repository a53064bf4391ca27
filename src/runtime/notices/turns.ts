/** How many are told at once, of all tenants. */
const mostAtOnce = 64;

/** How many of one tenant, which is as many as one receiver is asked at once. */
const mostOfOne = 8;

/** As long as a receiver may take without being slow, in milliseconds. */
const slowFrom = 1_000;

/** As many are remembered to be slow. */
const mostSlow = 10_000;

/**
 * What is under way, tenant by tenant: where one's receiver hangs, it is asked one thing at a time, and all others are told as
 * if it were not there.
 */
export class Turns {
  readonly #underWay = new Map<string, number>();
  readonly #slow = new Set<string>();
  #count = 0;

  get areNone(): boolean {
    return this.#count === 0;
  }

  /** How many more may begin at all. */
  get free(): number {
    return mostAtOnce - this.#count;
  }

  /** Tenants of whom no more may begin. */
  get full(): readonly string[] {
    return [...this.#underWay.keys()].filter((tenant) => !this.mayBegin(tenant));
  }

  mayBegin(tenant: string): boolean {
    return (this.#underWay.get(tenant) ?? 0) < (this.#slow.has(tenant) ? 1 : mostOfOne);
  }

  /** Has it under way until it is over. */
  async take(tenant: string, tell: () => Promise<void>): Promise<void> {
    this.#add(tenant, 1);
    try {
      await tell();
    } finally {
      this.#add(tenant, -1);
    }
  }

  /** Says how long its receiver took, in milliseconds. */
  took(tenant: string, milliseconds: number): void {
    this.#slow.delete(tenant);
    if (this.#slow.size >= mostSlow) this.#slow.clear();
    if (milliseconds >= slowFrom) this.#slow.add(tenant);
  }

  #add(tenant: string, more: number): void {
    const count = (this.#underWay.get(tenant) ?? 0) + more;
    this.#count += more;
    if (count === 0) this.#underWay.delete(tenant);
    else this.#underWay.set(tenant, count);
  }
}
