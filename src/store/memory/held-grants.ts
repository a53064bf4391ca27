import { grantTaken } from '../../conversation/grant.ts';
import type { Grant, GrantTaken } from '../../conversation/grant.ts';
import type { Granted, RevokedGrant } from '../store.ts';
import type { ThreadKey } from '../thread.ts';

/** Grants of all tenants, as JSON. */
export class HeldGrants {
  readonly #grants = new Map<string, string>();
  readonly #record: (key: ThreadKey, taken: GrantTaken) => void;

  /** `record` puts on record what was granted and taken back. */
  constructor(record: (key: ThreadKey, taken: GrantTaken) => void) {
    this.#record = record;
  }

  add(granted: Granted): void {
    const { tenant, id, by, at, from } = granted;
    const name = nameOf(tenant, id);
    if (this.#grants.has(name)) return;
    this.#grants.set(name, JSON.stringify(granted));
    this.#record({ tenant, thread: from.thread }, grantTaken('grant', granted, { by, at }));
  }

  revoke({ tenant, id, by }: RevokedGrant, now: number): boolean {
    const name = nameOf(tenant, id);
    const text = this.#grants.get(name);
    if (text === undefined) return false;
    const granted = JSON.parse(text) as Granted;
    this.#grants.delete(name);
    this.#record({ tenant, thread: granted.from.thread }, grantTaken('revoke', granted, { by, at: now }));
    return true;
  }

  list(tenant: string): readonly Grant[] {
    const all = Array.from(this.#grants.values(), (text) => JSON.parse(text) as Granted);
    return all.filter((one) => one.tenant === tenant).toSorted((one, other) => one.at - other.at);
  }

  /** Forgets what has expired before a time. */
  forget(before: number): void {
    for (const [name, text] of this.#grants) {
      const { expiresAt = Infinity } = JSON.parse(text) as Granted;
      if (expiresAt < before) this.#grants.delete(name);
    }
  }

  erase({ tenant, thread }: ThreadKey): void {
    for (const one of this.list(tenant)) if (one.from?.thread === thread) this.#grants.delete(nameOf(tenant, one.id));
  }
}

function nameOf(tenant: string, id: string): string {
  return JSON.stringify([tenant, id]);
}
