import type { ChatEvent } from '../conversation/event.ts';
import { count, visible, visibleJson } from '../wire/plain-text.ts';
import { spanText } from './time-text.ts';

/** Milliseconds for which a model may be silent before it is said that it thinks. */
const patience = 400;

interface Running {
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly progress?: string;
}

/** What goes on while nothing comes: in the words of a line that is drawn again and again. */
export class Activity {
  readonly #running = new Map<string, Running>();
  #writing: { readonly id: string; readonly name: string; readonly length: number } | undefined;
  #since: number;

  /** `now` in milliseconds since the epoch, here and below. */
  constructor(now: number) {
    this.#since = now;
  }

  /** Something came. */
  event(event: ChatEvent, now: number): void {
    this.#since = now;
    if (event.type !== 'tool-input') this.#writing = undefined;
    switch (event.type) {
      case 'tool-input': {
        const length = (this.#writing?.id === event.id ? this.#writing.length : 0) + event.delta.length;
        this.#writing = { id: event.id, name: event.name, length };
        return;
      }
      case 'tool':
        return this.#moved(event.call, now);
      case 'tool-progress':
        return this.#progress(event);
      default:
        return;
    }
  }

  /** What to say; nothing while it would only flicker. */
  text(now: number): string | undefined {
    const [first, ...others] = this.#running.values();
    if (first) {
      const names = [first, ...others].map(({ name }) => visible(name)).join(', ');
      const progress = [first, ...others].findLast((one) => one.progress !== undefined)?.progress;
      return `${names}${progress === undefined ? (others.length > 0 ? ' run' : ' runs') : `: ${progress}`}${timeText(now - first.since)}`;
    }
    // What is short is there before anybody could read this.
    if (this.#writing && this.#writing.length > 200)
      return `${visible(this.#writing.name)} is being written: ${count(this.#writing.length, 'character')}`;
    const silence = now - this.#since;
    return silence < patience ? undefined : `thinking${timeText(silence)}`;
  }

  #moved({ id, name, state }: (ChatEvent & { type: 'tool' })['call'], now: number): void {
    if (state === 'running') this.#running.set(id, { name, since: now });
    else this.#running.delete(id);
  }

  #progress({ id, name, progress }: ChatEvent & { type: 'tool-progress' }): void {
    const { since } = this.#running.get(id) ?? { since: this.#since };
    const text = typeof progress === 'string' ? visible(progress) : visibleJson(progress);
    this.#running.set(id, { name, since, progress: text });
  }
}

function timeText(milliseconds: number): string {
  return milliseconds < 1_000 ? '' : `, ${spanText(milliseconds - (milliseconds % 1_000))}`;
}
