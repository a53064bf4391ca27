import type { Commit, CommitAnswer } from '../chat/seam.ts';
import { contentAfter } from '../conversation/changes.ts';
import type { Content } from '../conversation/changes.ts';
import { isEnd } from '../conversation/event.ts';
import type { ChatError } from '../conversation/error.ts';
import type { ChatEvent, EndEvent } from '../conversation/event.ts';
import { newId } from '../conversation/id.ts';
import type { Append, AppendAnswer, Store } from '../store/store.ts';
import type { Landed } from '../store/log.ts';
import type { ClaimedThread, ThreadStatus } from '../store/thread.ts';
import { apart } from './blobs/apart.ts';
import { besideCommit, DeltaBuffer, messageOf } from './deltas.ts';
import type { GroupCommit, Speaker } from './group-commit.ts';
import { fenced } from './lease.ts';
import type { Lease } from './lease.ts';
import { isWithdrawn, openAnswerIn, withOpenAnswer } from './open-answer.ts';
import type { OpenAnswer } from './open-answer.ts';
import { recovered } from './recovered.ts';
import { startsEffect } from './starts-effect.ts';
import { unwritable } from './writable.ts';

/** What a holding works with. */
export interface Hold {
  readonly store: Store;
  readonly claimed: ClaimedThread;
  readonly lease: Lease;
  /** Writes what is told between the commits. */
  readonly group: GroupCommit;
  /** Told when its store does not store something, which is tried again. */
  readonly report: (error: unknown) => void;
  /** Has the run ask what others have appended. */
  readonly nudge: () => void;
}

/** A thread while this process has it: what is stored of it, and the seam through which its run stores more. */
export class Holding implements Speaker {
  readonly lease: Lease;
  /** Told when another thread may want something of this one. */
  onNews: (() => void) | undefined;
  readonly #store: Store;
  readonly #group: GroupCommit;
  readonly #report: (error: unknown) => void;
  readonly #nudge: () => void;
  readonly #deltas = new DeltaBuffer();
  readonly #committed = new WeakSet<ChatEvent>();
  /** What another run had told, and no commit has taken. */
  #orphaned: readonly ChatEvent[];
  #content: Content;
  /** The last event that the run has seen; what it says itself is no part of that (rule D3). */
  #seq: number;
  #landed = 0;
  /** The last event that is no delta, as the store has told beside a commit. */
  #committedSeq = 0;
  #isCommitting = false;
  /** The answer that was opened last, until it is stored. */
  #answer: OpenAnswer | undefined;
  /** Its append, while it is under way. */
  #storing: Promise<void> | undefined;
  #handsBack = false;
  #isEnded = false;
  #unwritable: ChatError | undefined;

  constructor({ store, claimed, lease, group, report, nudge }: Hold) {
    this.lease = lease;
    this.#store = store;
    this.#group = group;
    this.#report = report;
    this.#nudge = nudge;
    lease.onCommitted = this.hear;
    this.#content = claimed;
    this.#orphaned = claimed.deltas;
    this.#seq = claimed.thread.seq;
  }

  /** Whether it is being given back in the middle of a run. */
  get handsBack(): boolean {
    return this.#handsBack;
  }

  /** Whether somebody else has told the end of its run. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Why what its run came to can never be stored, when that is so. */
  get unwritable(): ChatError | undefined {
    return this.#unwritable;
  }

  /** What is stored of the thread, as far as this process knows. */
  get content(): Content {
    return this.#content;
  }

  get seq(): number {
    return Math.max(this.#seq, this.#landed);
  }

  get isCommitting(): boolean {
    return this.#isCommitting;
  }

  /** The seam of the run (rules D3, E3, E8). */
  readonly commit: Commit = async (events): Promise<CommitAnswer> => {
    if (events.length === 0 && !this.#isBehind) return undefined;
    if (this.#handsBack) throw fenced(this.lease.key);
    if (this.#defers(events)) return undefined;
    const end = events.find(isEnd);
    const answer = await this.#append(events, end ? ended(end) : {});
    switch (answer.type) {
      case 'appended':
        if (end) this.lease.leave();
        // A lease that was lost since the append starts nothing; the gap that stays is the docs' to tell (rule E9).
        else if (startsEffect(this.#content, events)) await this.lease.check();
        if (this.lease.isOver && !end) throw fenced(this.lease.key);
        return undefined;
      case 'refused':
        return { refused: this.#take(answer) };
      case 'fenced':
      case 'missing':
        this.lease.lose();
        throw fenced(this.lease.key);
    }
  };

  /** Throws for an event of the run that is about to be folded and can never be stored: it would hold up whatever is stored with it. */
  admit(event: ChatEvent): void {
    const never = this.#committed.has(event) ? undefined : unwritable(event);
    if (never) throw never;
  }

  /** Told of every event of the run as it is folded: what no commit has taken is written soon (rule S4). */
  tell(event: ChatEvent): void {
    if (this.#committed.has(event) || this.lease.isOver) return;
    if (this.#deltas.add(event)) this.#write();
  }

  takeDeltas(): readonly ChatEvent[] {
    return this.#answer ? [] : this.#deltas.take();
  }

  landed({ seq, committed }: Landed): void {
    this.#landed = seq;
    this.hear(committed);
  }

  /** Told how far the thread is: where others have appended something its run asks what it is (rule D3). */
  readonly hear = (committed: number): void => {
    this.#committedSeq = committed;
    if (this.#isBehind && !this.#isCommitting) this.#nudge();
  };

  /** Whether others have appended something that no commit has brought. */
  get #isBehind(): boolean {
    return this.#committedSeq > this.#seq && !this.lease.isOver;
  }

  /**
   * Begins to give the thread back in the middle of a run: it starts nothing more and stores nothing more, and what runs is
   * told to stop. The lease is kept until it has.
   */
  handBack(): void {
    this.#handsBack = true;
    this.lease.handBack();
  }

  /** Gives the thread back, for somebody to go on with when there is something to do. */
  async release(): Promise<void> {
    let wake: Partial<Append> = this.#handsBack ? { wake: 'now' } : {};
    // What was said until now is what the next one finds.
    await this.#open();
    await this.#group.flush(this);
    while (!this.lease.isOver) {
      const answer = await this.#append([], { release: true, ...wake });
      if (answer.type !== 'refused') return this.lease.leave();
      // Somebody was quicker.
      this.#take(answer);
      wake = { wake: 'now' };
    }
  }

  /**
   * Gives back what was lost because its store failed for as long as the lease lasted: nothing of that is the thread's fault,
   * and it counts as no takeover (rule L6). Where the store still fails, or somebody has it already, that is that.
   */
  async letGo(): Promise<void> {
    for (;;) {
      const { append } = this.#drafted([]);
      const answer = await this.#store.append({ ...append, release: true, wake: 'now' }).catch(() => undefined);
      if (answer?.type !== 'refused') return;
      this.#take(answer);
    }
  }

  /** Others may have changed the thread, or want it to stop; a commit under way hears of it by itself. */
  notice(): void {
    this.onNews?.();
    if (!this.#isCommitting) this.lease.notice();
  }

  /** Whether events wait for the next append: they open an answer, without them nothing is lost, and its model need not wait. */
  #defers(events: readonly ChatEvent[]): boolean {
    const { lease } = this;
    if (this.#isBehind || lease.isToStop || lease.isLapsed || this.#orphaned.length > 0) return false;
    const answer = openAnswerIn(events, this.#content, lease.fence);
    if (!answer) return false;
    // One that was opened before, and never stored, was withdrawn.
    this.#deltas.putBack(this.#left(this.#deltas.take(), []));
    this.#answer = answer;
    for (const event of events) this.#committed.add(event);
    this.#openSoon();
    return true;
  }

  /** Whoever answers within the moment needs no opening. */
  #openSoon(): void {
    if (this.#answer) setTimeout(() => void this.#open(), 0);
  }

  /** Stores the answer that was opened, unless a commit does: what is said of it stands in the log behind it. */
  async #open(): Promise<void> {
    if (this.#storing) return this.#storing;
    if (!this.#answer || this.#isCommitting || this.lease.isOver || isWithdrawn(this.#answer, this.#content)) return;
    this.#storing = this.#append([], {}).then(
      (answer) => {
        if (answer.type === 'fenced' || answer.type === 'missing') this.lease.lose();
        if (answer.type !== 'refused') return;
        if (answer.stopped) this.lease.stop();
        // Others were first: the run asks what they said, and the answer is stored behind it.
        this.hear(answer.seq);
      },
      // It may be there although nobody heard of it: a commit would meet it as somebody else's, and what was said of it be lost.
      (error: unknown) => void (this.#unwritable ?? this.lease.lose(error)),
    );
    await this.#storing;
    this.#storing = undefined;
  }

  /** Has written what was said; of an answer that is in no log, once it is. */
  #write(): void {
    if (!this.#isCommitting && !this.#answer && !this.#deltas.isEmpty) this.#group.add(this);
  }

  /** The whole messages of a commit take the place of what was said of them; what was not is written after it (rule S4). */
  async #append(events: readonly ChatEvent[], more: Partial<Append>): Promise<AppendAnswer> {
    if (this.#storing) await this.#storing;
    const deltas = this.#deltas.take();
    let left = deltas;
    this.#isCommitting = true;
    try {
      await this.#group.landing(this);
      const answer = await this.#appended(events, more);
      if (answer.type === 'appended') left = this.#left(deltas, events);
      return answer;
    } finally {
      this.#isCommitting = false;
      this.#deltas.putBack(left);
      this.#write();
    }
  }

  /** What an append has left to be told of deltas; the answer that was opened is in the log now, or was withdrawn before. */
  #left(deltas: readonly ChatEvent[], events: readonly ChatEvent[]): readonly ChatEvent[] {
    const gone = this.#answer && isWithdrawn(this.#answer, this.#content) ? this.#answer.message : undefined;
    this.#answer = undefined;
    return besideCommit(deltas, events).filter((event) => gone === undefined || messageOf(event) !== gone);
  }

  /**
   * Sent again under the same id: an answer that got lost is read back (rule E8). Tried for less than a lease, so that what
   * could not be stored is given back before others take it for dead (rule L6).
   */
  async #appended(events: readonly ChatEvent[], more: Partial<Append>): Promise<AppendAnswer> {
    const { lease } = this;
    const said = withOpenAnswer(this.#answer, events, this.#content);
    const all = said.length === 0 ? [] : [...recovered(this.#content, this.#orphaned), ...said];
    const { append: drafted, content } = this.#drafted(all);
    const append = { ...drafted, ...more, ...(lease.isToStop && { afterStop: true as const }) };
    const until = performance.now() + lease.length * 0.8;
    for (let tries = 1; ; tries += 1) {
      if (lease.isLapsed) return { type: 'fenced' };
      try {
        const answer = await this.#store.append(await apart(append));
        if (answer.type !== 'appended') return answer;
        if (all.length > 0) this.#orphaned = [];
        for (const event of events) this.#committed.add(event);
        this.#content = content;
        this.#seq = answer.seq;
        return answer;
      } catch (error) {
        // Tried again it would fail again, here and in whatever process takes it over.
        this.#unwritable ??= all.map(unwritable).find(Boolean);
        if (this.#unwritable) {
          this.#answer = undefined;
          throw this.#unwritable;
        }
        if (tries === 1) this.#report(error);
        if (lease.isLapsed || performance.now() > until) {
          lease.failure ??= error;
          throw error;
        }
        await new Promise((resolve) => setTimeout(resolve, lease.length / 50));
      }
    }
  }

  /** An append behind all that is known of the thread, and what the thread is then. */
  #drafted(events: readonly ChatEvent[]): { readonly append: Append; readonly content: Content } {
    const { key, fence } = this.lease;
    const { after: content, changes } = contentAfter(this.#content, events);
    return { append: { ...key, id: newId(), events, ...changes, seen: this.#seq, fence }, content };
  }

  /** What others appended is part of the thread now, and of what the run is told. */
  #take({ events, seq, stopped }: AppendAnswer & { readonly type: 'refused' }): readonly ChatEvent[] {
    this.#content = contentAfter(this.#content, events).after;
    for (const event of events) this.#committed.add(event);
    this.#seq = seq;
    // Who cancels what waits ends the run with it (rule E7).
    this.#isEnded ||= events.some(isEnd);
    if (stopped || this.#isEnded) this.lease.stop();
    this.#openSoon();
    return events;
  }
}

/** What the end of a run does to its thread. */
function ended(end: EndEvent): Partial<Append> {
  const status: ThreadStatus = end.type === 'error' ? 'failed' : end.type;
  return { status, release: true, ...(end.type === 'error' && { error: end.code }) };
}
