import type { Append } from '../store.ts';
import { isToTell } from '../notice.ts';
import type { NoticeClaim, NoticeRow, SettledNotice } from '../notice.ts';
import type { ThreadKey } from '../thread.ts';
import type { HeldThread } from './held.ts';

/** Of which call somebody is to be told, and what they were told. */
export interface HeldNotice extends ThreadKey {
  readonly call: string;
  readonly tellAt: number | undefined;
  readonly told: string | undefined;
  readonly tries: number;
}

/** Calls of all threads, as far as somebody is to be told of them or was. */
export class HeldNotices {
  readonly #notices = new Map<string, HeldNotice>();

  /** A call that changes is to be looked at; whether there is anything new to tell is not decided here. */
  note({ tenant, thread, calls }: Append, now: number): void {
    for (const { call } of calls) {
      const name = nameOf({ tenant, thread, call: call.id });
      const before = this.#notices.get(name) ?? { told: undefined, tries: 0 };
      const tellAt = isToTell(call) ? now : undefined;
      this.#notices.set(name, { ...before, tenant, thread, call: call.id, tellAt });
    }
  }

  /** Those that are due, the longest first, each taken until then. */
  take(
    { limit, except = [] }: Omit<NoticeClaim, 'lease'>,
    { now, until }: { readonly now: number; readonly until: number },
  ): readonly HeldNotice[] {
    const due = [...this.#notices].filter(
      ([, { tellAt = Infinity, tenant }]) => tellAt <= now && !except.includes(tenant),
    );
    const first = due.toSorted(([, one], [, other]) => one.tellAt! - other.tellAt!).slice(0, limit);
    return first.map(([name, notice]) => {
      const taken = { ...notice, tellAt: until };
      this.#notices.set(name, taken);
      return taken;
    });
  }

  settle(settled: SettledNotice, now: number): void {
    const { ticket, became } = settled;
    const name = nameOf(settled);
    const notice = this.#notices.get(name);
    if (!notice) return;
    const isSame = notice.tellAt === ticket;
    if (became.type === 'told') {
      this.#notices.set(name, { ...notice, told: became.name, tries: 0, tellAt: isSame ? undefined : notice.tellAt });
    } else if (isSame) {
      this.#notices.set(name, { ...notice, tries: became.tries, tellAt: now + became.in });
    }
  }

  erase({ tenant, thread }: ThreadKey): void {
    for (const [name, one] of this.#notices)
      if (one.tenant === tenant && one.thread === thread) this.#notices.delete(name);
  }
}

/** A call as it stands, of which somebody is to be told; nothing when it is gone. */
export function noticeRow(notice: HeldNotice, held: HeldThread | undefined, now: number): NoticeRow | undefined {
  const stored = held?.calls.find(({ call }) => call.id === notice.call);
  if (!held || !stored) return undefined;
  const { call, message, since } = stored;
  const { told, tries, tellAt: ticket = now } = notice;
  return { thread: held.thread, call, message, since, tries, ticket, now, ...(told !== undefined && { told }) };
}

function nameOf({ tenant, thread, call }: ThreadKey & { readonly call: string }): string {
  return JSON.stringify([tenant, thread, call]);
}
