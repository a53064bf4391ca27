import type { Commit } from '../chat/seam.ts';
import type { Conversation } from '../conversation/conversation.ts';
import { testClock } from './test-clock.ts';
import type { TestClock } from './test-clock.ts';
import { testDisk } from './test-disk.ts';
import type { CrashMoment, TestDisk } from './test-disk.ts';
import { testIds } from './test-ids.ts';
import { toolStarts } from './tool-starts.ts';
import type { ToolStarts } from './tool-starts.ts';

/** What one process of a scenario is given. Clock and starts go on when the next process takes over. */
export interface CrashProcess {
  /** As the disk has it: empty for the first process. */
  readonly conversation: Conversation;
  /** To be given to `stream`, `complete` and `decide`. */
  readonly commit: Commit;
  readonly clock: TestClock;
  readonly starts: ToolStarts;
}

/** A process died: at which commit of the play, and at which moment. */
export interface Crash {
  readonly commit: number;
  readonly moment: CrashMoment;
}

/** How one play of a scenario ended. */
export interface CrashEnd {
  /** None in the first play. */
  readonly crashes: readonly Crash[];
  /** As the disk has it. */
  readonly conversation: Conversation;
  readonly starts: ToolStarts;
}

/** How thoroughly a scenario is played. */
export interface EveryCrashOptions {
  /** 1 (the default): each commit once. 2: for each of those, each commit of the process that takes over, too. */
  readonly crashes?: 1 | 2;
  /** When the clock of each play begins, in milliseconds. Default: 0. */
  readonly start?: number;
}

/**
 * Plays a scenario without a crash, then once for each commit with a crash before it is stored and once with a crash after it.
 * `process` is what a program does with the conversation it finds, from wherever that stands to the end; it is called again
 * for the process that takes over. `check` looks at each end; what it throws says where the crash was. Gives the number of plays.
 *
 * @example
 * await everyCrash(refundOrder, ({ starts, conversation }) => expect(starts.list.length).toBe(1));
 */
export async function everyCrash(
  process: (given: CrashProcess) => Promise<void>,
  check: (end: CrashEnd) => void | Promise<void>,
  { crashes: depth = 1, start = 0 }: EveryCrashOptions = {},
): Promise<number> {
  const scenario = { process, check, start };
  const plans: (readonly Crash[])[] = [[]];
  for (const crashes of plans) {
    const commits = await play(scenario, crashes);
    if (crashes.length === depth) continue;
    for (let commit = (crashes.at(-1)?.commit ?? 0) + 1; commit <= commits; commit += 1) {
      plans.push([...crashes, { commit, moment: 'before' }], [...crashes, { commit, moment: 'after' }]);
    }
  }
  return plans.length;
}

interface Scenario {
  readonly process: (given: CrashProcess) => Promise<void>;
  readonly check: (end: CrashEnd) => void | Promise<void>;
  readonly start: number;
}

/** Plays a scenario with these crashes, and gives how many commits there were. */
async function play({ process, check, start }: Scenario, crashes: readonly Crash[]): Promise<number> {
  const clock = testClock(start);
  const starts = toolStarts();
  const disk = testDisk({ id: 'crash', now: clock.now, newId: testIds() });
  try {
    for (const crash of crashes) {
      disk.crashAt(crash.commit, crash.moment);
      if (await survives(disk, () => process({ ...disk.open(), clock, starts }))) {
        throw new Error(`the scenario had no commit ${crash.commit} this time: it does not do the same in each play`);
      }
    }
    await process({ ...disk.open(), clock, starts });
    await check({ crashes, conversation: disk.open().conversation, starts });
  } catch (cause) {
    throw new Error(`${placeOf(crashes)}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
  return disk.commits;
}

/** Whether a process came to its end. What a dying one throws is nobody's business. */
async function survives(disk: TestDisk, process: () => Promise<void>): Promise<boolean> {
  try {
    await process();
  } catch (error) {
    if (!disk.crashed) throw error;
  }
  return !disk.crashed;
}

function placeOf(crashes: readonly Crash[]): string {
  if (crashes.length === 0) return 'Without a crash';
  return `With a crash ${crashes.map(({ commit, moment }) => `${moment} commit ${commit}`).join(' and ')}`;
}
