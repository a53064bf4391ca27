import type { ChatEvent } from '../conversation/event.ts';
import { nameOf } from '../store/thread.ts';
import type { ThreadKey } from '../store/thread.ts';

/** What runs of this process tell while they go on, for those who watch here: deltas come at once, before anything is stored. */
export class Live {
  readonly #watchers = new Map<string, Set<(event: ChatEvent) => void>>();

  tell(key: ThreadKey, event: ChatEvent): void {
    for (const watcher of this.#watchers.get(nameOf(key)) ?? []) watcher(event);
  }

  watch(key: ThreadKey, watcher: (event: ChatEvent) => void): () => void {
    const name = nameOf(key);
    const watchers = this.#watchers.get(name) ?? new Set();
    this.#watchers.set(name, watchers.add(watcher));
    return () => {
      watchers.delete(watcher);
      if (watchers.size === 0) this.#watchers.delete(name);
    };
  }
}
