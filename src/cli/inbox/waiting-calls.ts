import type { ToolCall } from '../../conversation/tool-call.ts';
import { allOf } from '../../store/page.ts';
import type { Store, WaitingQuery, WaitingRow } from '../../store/store.ts';
import { visible } from '../../wire/plain-text.ts';
import { decisionText } from '../thread/elsewhere.ts';

/** What waits in a store, as it changes. */
export interface WaitingCalls {
  /** All of them, the one that waits longest first. */
  read(): Promise<readonly WaitingRow[]>;
  /** What became of one that waits no more, in a sentence. */
  whatBecame(row: WaitingRow): Promise<string>;
  /** Tells when there may be others; gives what ends that. */
  watch(onChange: () => void): () => void;
}

/** Milliseconds after which it is looked without a hint, and for which hints are gathered. */
const pace = { without: 3_000, after: 100 };

/** Those of a store that this query asks for. */
export function waitingCalls(store: Store, query: Omit<WaitingQuery, 'after' | 'limit'>): WaitingCalls {
  return {
    async read() {
      const rows: WaitingRow[] = [];
      for await (const row of allOf((more) => store.waiting({ ...query, ...more }))) rows.push(row);
      return rows;
    },
    async whatBecame({ thread, call }) {
      const key = { tenant: thread.tenant, thread: thread.thread };
      const loaded = await store.load(key, { calls: [call.id] });
      if (!loaded) return 'its thread was erased.';
      const parts = loaded.messages.flatMap((message) => message.parts);
      const now = parts.flatMap((part) => (part.type === 'tool' && part.call.id === call.id ? [part.call] : []))[0];
      return now ? becameText(now, call) : `${visible(call.name)} was withdrawn.`;
    },
    watch(onChange) {
      let soon: ReturnType<typeof setTimeout> | undefined;
      const hear = (): void => void (soon ??= setTimeout(() => ((soon = undefined), onChange()), pace.after));
      const forget = store.subscribe((_, news) => news === 'events' && hear());
      const regularly = setInterval(onChange, pace.without);
      return () => {
        forget();
        clearInterval(regularly);
        clearTimeout(soon);
      };
    },
  };
}

/** What became of a call that waits no more, in a sentence. */
export function becameText(now: ToolCall, before: ToolCall): string {
  const last = now.decisions?.at(-1);
  const isNew = (now.decisions?.length ?? 0) > (before.decisions?.length ?? 0);
  return last && isNew ? decisionText(last, now) : `${visible(now.name)} waits no more: ${now.state}.`;
}
