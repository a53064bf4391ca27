import type { Addressee } from '../../conversation/addressee.ts';
import { freshRun } from '../../conversation/draft.ts';
import type { RunState } from '../../conversation/draft.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import { isSettled } from '../../conversation/move.ts';
import { admission, endsStop, isHeldBy, isProgress, speaks, takesDeltas } from '../admission.ts';
import { joined } from '../../conversation/changes.ts';
import type { Inserted, StoredCall, StoredMessage } from '../../conversation/changes.ts';
import type { Deltas, Landed, LogPage } from '../log.ts';
import type { Append, AppendAnswer, Claim, Renewal } from '../store.ts';
import type { ClaimedThread, Fence, LoadedThread, NewThread, Thread, ThreadStatus } from '../thread.ts';
import { unsureStates } from '../unsure.ts';
import { HeldLog } from './held-log.ts';

/** A call, and since when it stands where it does. */
export interface HeldCall extends Omit<StoredCall, 'addressed'> {
  readonly since: number;
  readonly addressees: readonly Addressee[];
}

let draws = 0;

/** A nonce that no other claim in this process has, in whatever store. */
function drawn(): string {
  draws += 1;
  return `n${draws}`;
}

/** One thread in memory. What it holds is JSON, as it would be on a disk: nobody can change it from outside. */
export class HeldThread {
  readonly made: NewThread & { readonly createdAt: number };
  title: string | undefined;
  archivedAt: number | undefined;
  updatedAt: number;
  /** Counts changes in the whole store: the order of lists. */
  order = 0;
  #status: ThreadStatus = 'new';
  #error: Thread['error'];
  #wakeAt: number | undefined;
  #epoch = 0;
  #nonce = '';
  #lease: Thread['lease'];
  #stopped = false;
  /** Somebody has said something since the stop was asked for. */
  #spokenSince = false;
  /** Another thread wants this one to be looked at, and whoever has it has not (rule C3). */
  #nudged = false;
  #takeovers = 0;
  #run: RunState = freshRun;
  /** In the order of their first appearance. */
  readonly #messages = new Map<string, string>();
  readonly #calls = new Map<string, string>();
  readonly #log = new HeldLog();

  constructor(made: NewThread, now: number) {
    this.made = { ...made, createdAt: now };
    this.title = made.title;
    this.updatedAt = now;
  }

  get thread(): Thread {
    const { title: _title, ...made } = this.made;
    return {
      ...made,
      ...(this.title !== undefined && { title: this.title }),
      status: this.#status,
      ...(this.#error !== undefined && { error: this.#error }),
      seq: this.#log.seq,
      updatedAt: this.updatedAt,
      ...(this.archivedAt !== undefined && { archivedAt: this.archivedAt }),
      ...(this.#wakeAt !== undefined && { wakeAt: this.#wakeAt }),
      ...(this.#lease && { lease: this.#lease }),
    };
  }

  /** The outermost of the threads that it was opened for. */
  get root(): string | undefined {
    return this.made.within?.[0]?.thread;
  }

  get calls(): readonly HeldCall[] {
    return Array.from(this.#calls.values(), (text) => JSON.parse(text) as HeldCall);
  }

  load(now: number): LoadedThread {
    const calls = new Map(this.calls.map(({ call }) => [call.id, call]));
    // A message is stored together with its calls.
    const callOf = (id: string): ToolCall => calls.get(id)!;
    const messages = Array.from(this.#messages.values(), (text) => joined(JSON.parse(text) as StoredMessage, callOf));
    return { thread: this.thread, messages, run: this.#run, deltas: this.#log.deltas, now };
  }

  /** `record` keeps what belongs to the append beside the thread, when the append is taken. */
  append(append: Append, now: number, record: () => void): AppendAnswer {
    const known = this.#log.placeOf(append.id);
    if (known !== undefined) return { type: 'appended', seq: known };
    const { seq, committed } = this.#log;
    const stopped = this.#stopped;
    switch (admission({ seq, committed, epoch: this.#epoch, nonce: this.#nonce, stopped }, append)) {
      case 'fenced':
        return { type: 'fenced' };
      case 'refused':
        return { type: 'refused', events: this.#log.behind(append.seen), seq, stopped };
      case 'taken':
        record();
        this.#write(append, now);
        this.#settle(append, now);
        return { type: 'appended', seq: this.#log.seq };
    }
  }

  /** How far it is then; nothing unless they are the holder's. What is here already is not taken again. */
  appendDeltas({ id, events, fence }: Deltas, now: number): Landed | undefined {
    if (!isHeldBy({ epoch: this.#epoch, nonce: this.#nonce }, fence)) return undefined;
    if (this.#log.placeOf(id) === undefined) this.#log.add(events, { kind: 'delta', at: now, append: id });
    const { seq, committed } = this.#log;
    return { seq, committed };
  }

  #write(append: Append, now: number): void {
    const { id, events, messages, inserted = [], removed, calls, run } = append;
    for (const gone of removed) {
      this.#messages.delete(gone);
      for (const stored of this.calls) if (stored.message === gone) this.#calls.delete(stored.call.id);
    }
    for (const stored of messages) this.#messages.set(stored.message.id, JSON.stringify(stored));
    for (const one of inserted) this.#insert(one);
    for (const stored of calls) this.#calls.set(stored.call.id, JSON.stringify(this.#held(stored, now)));
    this.#run = run;
    this.#log.add(events, { kind: takesDeltas(append) ? 'step' : 'aside', at: now, append: id });
  }

  #insert({ id, behind }: Inserted): void {
    const json = this.#messages.get(id)!;
    const others = [...this.#messages].filter(([known]) => known !== id);
    this.#messages.clear();
    for (const [known, text] of others) {
      this.#messages.set(known, text);
      if (known === behind) this.#messages.set(id, json);
    }
  }

  #held({ addressed, ...stored }: StoredCall, now: number): HeldCall {
    const known = this.#calls.get(stored.call.id);
    const before = known === undefined ? undefined : (JSON.parse(known) as HeldCall);
    const since = before?.call.state === stored.call.state ? before.since : now;
    return { ...stored, since, addressees: addressed?.to ?? before?.addressees ?? [] };
  }

  #settle(append: Append, now: number): void {
    const { events, status, error, wake, release, fence } = append;
    this.updatedAt = now;
    if (status !== undefined) {
      this.#status = status;
      this.#error = error;
    }
    const goesOn = this.#goesOnBehindStop(append);
    if (fence && isProgress(events)) this.#takeovers = 0;
    if (release) {
      this.#lease = undefined;
      this.#takeovers = 0;
    }
    if (goesOn || wake === 'now' || (release && this.#nudged)) this.#wakeAt = now;
    else if (release || !fence) this.#wakeAt = this.#dueAt();
  }

  /** Whether the thread goes on behind a run that was stopped, since somebody has said something meanwhile (rule E7). */
  #goesOnBehindStop(append: Append): boolean {
    const isOver = endsStop(append);
    const goesOn = append.release === true && isOver && this.#spokenSince;
    this.#spokenSince = !isOver && (this.#spokenSince || (this.#stopped && speaks(append)));
    if (isOver) this.#stopped = false;
    if (!goesOn) return false;
    this.#status = 'working';
    this.#error = undefined;
    return true;
  }

  #dueAt(): number | undefined {
    const times = this.calls.flatMap(({ dueAt }) => dueAt ?? []);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** Has it looked at, by whoever has it or by the next one (rule C3). */
  nudge(now: number): void {
    this.#nudged = true;
    this.#wakeAt = now;
  }

  /** Whether it may be claimed: it is due, or its holder is gone. */
  isClaimable({ chats }: Claim, now: number): boolean {
    if (!chats.includes(this.made.chat) || this.archivedAt !== undefined) return false;
    return this.#lease ? this.#lease.until <= now : this.#wakeAt !== undefined && this.#wakeAt <= now;
  }

  claim({ holder, lease }: Claim, now: number): ClaimedThread {
    if (this.#lease !== undefined) this.#takeovers += 1;
    this.#epoch += 1;
    this.#nonce = drawn();
    this.#nudged = false;
    this.#lease = { holder, until: now + lease };
    const fence = { epoch: this.#epoch, nonce: this.#nonce };
    return { ...this.load(now), fence, takeovers: this.#takeovers };
  }

  /** Whether somebody keeps it by a lease that goes on. */
  isKept(now: number): boolean {
    return this.#lease !== undefined && this.#lease.until > now;
  }

  /** Takes it from whoever has it; whether a call is approved or runs, so that it is due no more. */
  revoke(now: number): boolean {
    const isUnsure = this.calls.some(({ call }) => unsureStates.includes(call.state));
    this.#epoch += 1;
    this.#nonce = drawn();
    if (isUnsure) this.#wakeAt = undefined;
    else if (this.#lease) this.#wakeAt = now;
    this.#lease = undefined;
    return isUnsure;
  }

  renew(fence: Fence, now: number, milliseconds: number): Renewal {
    const answer = this.check(fence, now);
    if (this.#lease && answer.type === 'held') this.#lease = { ...this.#lease, until: now + milliseconds };
    return answer;
  }

  check(fence: Fence, now: number): Renewal {
    if (!this.#lease || !isHeldBy({ epoch: this.#epoch, nonce: this.#nonce }, fence)) return { type: 'fenced' };
    const { seq, committed } = this.#log;
    return { type: 'held', seq, committed, stopped: this.#stopped, now };
  }

  stop(): boolean {
    const isUnderWay = this.#status === 'working' || (this.#status === 'paused' && this.#lease !== undefined);
    if (!isUnderWay) return false;
    this.#stopped = true;
    this.#spokenSince = false;
    return true;
  }

  page(after: number, limit: number): LogPage {
    return this.#log.page(after, limit);
  }

  compact(before: number): boolean {
    return this.#log.compact(before);
  }

  /** Whether nothing is under way, and nobody is waited for. */
  get isIdle(): boolean {
    const isOver = this.#status === 'new' || this.#status === 'done' || this.#status === 'failed';
    return isOver && this.#lease === undefined && this.calls.every(({ call }) => isSettled(call.state));
  }

  get isErasable(): boolean {
    return !this.calls.some(({ call }) => call.state === 'running' || call.state === 'in-doubt');
  }
}
