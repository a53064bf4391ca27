import { existsSync } from 'node:fs';
import type { PostgresFacts } from '../../store/postgres/facts.ts';
import type { TableFacts, ThreadFacts } from '../../store/sql/facts.ts';
import type { SqliteFacts } from '../../store/sqlite/facts.ts';
import { count, visible } from '../../wire/plain-text.ts';
import { messageOf } from '../sentence.ts';
import type { Place } from '../thread/place.ts';
import { fine, warning, wrong } from './finding.ts';
import type { Finding } from './finding.ts';

/** Looks at a place that keeps threads, without changing it. */
export async function lookAt({ at }: Place): Promise<readonly Finding[]> {
  try {
    if ('file' in at) return await lookInFile(at.file);
    const { postgresFacts } = await import('../../store/postgres/facts.ts');
    const { address, schema } = at;
    const facts = await postgresFacts({ connectionString: address, ...(schema !== undefined && { schema }) });
    return databaseFindings(facts);
  } catch (error) {
    return [wrong(`It cannot be looked at: ${visible(messageOf(error))}.`)];
  }
}

async function lookInFile(path: string): Promise<readonly Finding[]> {
  if (!existsSync(path)) return [warning('There is no such file yet: whoever opens it makes it.')];
  const { sqliteFacts } = await import('../../store/sqlite/facts.ts');
  return fileFindings(sqliteFacts(path));
}

/** What is to be said of a file. */
export function fileFindings(facts: SqliteFacts): readonly Finding[] {
  const { version, isWritable, share, journal } = facts;
  const findings = [
    ...(isWritable ? [] : [wrong('This user may not write to the file, or beside it: its log stands there.')]),
    ...(share === undefined ? [] : [wrong(`It lies on a share (${share}), where the locks of SQLite do not hold.`)]),
    ...(journal === 'wal' ? [] : [warning(`Its journal is ${journal}: a store that opens it makes it wal.`)]),
  ];
  const isWell = findings.length === 0;
  const ofFile = isWell ? [fine(`SQLite ${version} reads it, and this user may write to it.`)] : findings;
  return [...ofFile, ...contentFindings(facts)];
}

/** What is to be said of a database. */
export function databaseFindings(facts: PostgresFacts): readonly Finding[] {
  return [...serverFindings(facts), ...clockFindings(facts.clock), ...contentFindings(facts)];
}

function serverFindings(facts: PostgresFacts): readonly Finding[] {
  const { version, answersIn, isReplica, lacking, notifies, standbys } = facts;
  return [
    isReplica
      ? wrong(`Postgres ${version} is a replica, which may only be read: name the primary.`)
      : fine(`Postgres ${version} answers in ${answersIn} ms.`),
    ...(lacking === undefined
      ? []
      : [wrong(`Its encoding is ${lacking}, which lacks many characters: make one with UTF8.`)]),
    ...lossFindings(facts),
    ...standbys.flatMap(({ name, synchronous }) => standbyFindings(visible(name), synchronous)),
    ...(notifies === false
      ? [
          warning(
            'NOTIFY does not come through, as behind a pooler in transaction mode: others are noticed every second.',
          ),
        ]
      : []),
  ];
}

/** What would lose a commit that was confirmed, and with it that a tool was started (rule E8). */
function lossFindings({ fsync, fullPageWrites }: PostgresFacts): readonly Finding[] {
  const off = Object.entries({ fsync, full_page_writes: fullPageWrites }).filter(([, value]) => value === 'off');
  return off.map(([name]) => wrong(`${name} is off: a crash may lose what was committed, and tools run twice.`));
}

function standbyFindings(name: string, synchronous: string | null): readonly Finding[] {
  if (synchronous === null)
    return [warning(`Whether ${name} is synchronous is not shown to this user: it needs the role pg_monitor.`)];
  if (synchronous !== 'async') return [fine(`${name} is a synchronous replica.`)];
  const what = `${name} is an asynchronous replica: a failover to it may lose that a tool was started.`;
  return [
    warning(`${what} Name it in synchronous_standby_names, or run yourcall doctor --after-restore behind a failover.`),
  ];
}

/** How far two clocks may differ without a word, in milliseconds. */
const tolerance = 1_000;

function clockFindings({ ahead, error }: PostgresFacts['clock']): readonly Finding[] {
  if (Math.abs(ahead) - error <= tolerance) return [];
  const seconds = Math.round(Math.abs(ahead) / 1_000);
  const how = `The clock of the database is ${count(seconds, 'second')} ${ahead > 0 ? 'ahead of' : 'behind'} this machine's`;
  return [warning(`${how}: times that you name yourself (defer, snooze) are wrong by that.`)];
}

function contentFindings({
  tables,
  threads,
}: {
  tables: TableFacts;
  threads: ThreadFacts | undefined;
}): readonly Finding[] {
  const { version, known } = tables;
  if (version === 0) return [warning('There are no tables yet: whoever opens it makes them.')];
  if (version > known)
    return [wrong(`Its tables have version ${version}, and this release knows ${known}: use a newer one.`)];
  if (!threads) return [warning(`Its tables have version ${version}: this release makes them version ${known}.`)];
  return threadFindings(threads);
}

function threadFindings({
  poisoned,
  inDoubt,
  lapsed,
  overdue,
  waited,
  stalls,
  stalled,
}: ThreadFacts): readonly Finding[] {
  const late = lapsed + overdue;
  const findings = [
    late > 0 &&
      `Threads that wait for somebody to go on: ${late}, one for ${minutes(waited)}. Does anybody work? yourcall work does.`,
    poisoned > 0 &&
      `Threads that stopped because whoever took them over died each time: ${poisoned}. See docs/errors.md, poisoned.`,
    stalls > 0 &&
      `Processes whose event loop stood still within a day: ${stalls}, one for ${Math.round(stalled / 1_000)} s. Leases are lost so, and calls in doubt: move what computes for long to a worker thread.`,
    inDoubt > 0 && `Calls in doubt: ${inDoubt}. yourcall inbox asks what is known.`,
  ].filter((sentence) => sentence !== false);
  return findings.length > 0 ? findings.map(warning) : [fine('No thread waits for a worker, and no call is in doubt.')];
}

function minutes(milliseconds: number): string {
  return count(Math.round(milliseconds / 60_000), 'minute');
}
