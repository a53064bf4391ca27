// The ways in which approvals go wrong elsewhere, played against us; and the control, which fails every one of them.
// `npm run evidence` plays the same cases against the peers that are installed.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { Case } from '../evidence/case.ts';
import { cases } from '../evidence/cases.ts';
import { approvedAgainLater } from '../evidence/cases/approved-again-later.ts';
import { approvedAndRejectedAtOnce } from '../evidence/cases/approved-and-rejected-at-once.ts';
import { approvedTwiceAtOnce } from '../evidence/cases/approved-twice-at-once.ts';
import { approvedWithEditedArguments } from '../evidence/cases/approved-with-edited-arguments.ts';
import { bytesOfAPause } from '../evidence/cases/bytes-of-a-pause.ts';
import { toolChangedMeanwhile, toolRemovedMeanwhile } from '../evidence/cases/code-changed-meanwhile.ts';
import { forgedApproval } from '../evidence/cases/forged-approval.ts';
import { killedInsideTheTool } from '../evidence/cases/killed-inside-the-tool.ts';
import { oneOfThreeDecided } from '../evidence/cases/one-of-three-decided.ts';
import { rejectedWithAReason } from '../evidence/cases/rejected-with-a-reason.ts';
import { safeSiblingRuns } from '../evidence/cases/safe-sibling-runs.ts';
import { tamperedArguments } from '../evidence/cases/tampered-arguments.ts';
import { control } from '../evidence/control.ts';
import { limits } from '../evidence/limits.ts';
import { tableOf } from '../evidence/table.ts';
import { yourcall } from '../evidence/yourcall.ts';

// A kill takes three processes, and a busy machine takes its time.
vi.setConfig({ testTimeout: 60_000 });

const played = new Set<Case>();

describe('an approval', () => {
  it('delivered twice at once pays once, and the second is told already (D1, D3)', () =>
    holds(approvedTwiceAtOnce, 'paid 1×; applied, already'));

  it('delivered again later is told already, and nothing runs (D1)', () =>
    holds(approvedAgainLater, 'paid 1×; applied, already'));

  it('and a rejection at once: one wins, and the other is told (D1, D3)', () =>
    holds(approvedAndRejectedAtOnce, 'paid 1×; applied, already'));

  it('whose tool is killed with SIGKILL after its effect is charged once, and in doubt (E1, C2)', () =>
    holds(killedInsideTheTool, 'charged 1×; in doubt'));

  it('that is waited for does not hold up the safe call beside it', () => holds(safeSiblingRuns, 'yes'));

  it('of one of three calls runs that one, in any order (D1)', () => holds(oneOfThreeDecided, 'works, in any order'));

  it('of other arguments is validated, put to the policy again, and told to the model (D6, W1)', () =>
    holds(approvedWithEditedArguments, '1 → paid 1, the model is told; "many" → invalid; 1000 → forbidden'));

  it('that was refused with a reason tells the model why, and keeps the call beside it (W1)', () =>
    holds(rejectedWithAReason, 'the model is told why, sibling kept'));

  it('that a client made up names a call that is not there (D1)', () =>
    holds(forgedApproval, expect.stringContaining('is not in conversation')));

  it('of a call with arguments that nobody was shown is stale (D1, D2)', () =>
    holds(tamperedArguments, 'refused: stale'));

  it('that is waited for writes under 1.2 KB, however long the talk was (S1)', () =>
    holds(bytesOfAPause, expect.stringMatching(/^(\d+ B); \1$/)));

  it('of a call whose tool is gone leaves it waiting, and says so (C1)', () =>
    holds(toolRemovedMeanwhile, 'tool-missing'));

  it('of a call whose tool has changed asks again, and says so (C1)', () =>
    holds(toolChangedMeanwhile, 'tool-changed'));

  it('was tried in every case of the table', () => {
    expect(cases.filter((one) => !played.has(one)).map(({ name }) => name)).toEqual([]);
  });
});

describe('the control, a loop without the ledger, fails when', () => {
  const failures: [Case, string | RegExp][] = [
    [approvedTwiceAtOnce, 'paid 2×; ok, ok'],
    [approvedAgainLater, 'paid 2×; ok, ok'],
    [approvedAndRejectedAtOnce, 'paid 1×; ok, ok'],
    [killedInsideTheTool, 'charged 2×; done'],
    [safeSiblingRuns, 'no'],
    [oneOfThreeDecided, /paid 1, then throws/],
    [approvedWithEditedArguments, '1 → paid 1, the model is not told; "many" → paid many; 1000 → paid 1000'],
    [rejectedWithAReason, 'the model is told why, sibling dropped'],
    [forgedApproval, 'runs: paid 7'],
    [tamperedArguments, 'runs: paid 50'],
    [bytesOfAPause, /^4\.\d KB; 4\d\d\.\d KB$/],
    [toolRemovedMeanwhile, 'error (pay is not a function)'],
    [toolChangedMeanwhile, 'runs the new code'],
  ];

  it.each(failures.map(([one, found]) => ({ name: one.name, play: one.play, found })))(
    '$name',
    async ({ play, found }) => {
      const finding = await play(control);
      expect(finding.verdict).not.toBe('holds');
      expect(finding.found).toMatch(found);
    },
  );

  it('was tried in every case too', () => {
    expect(failures.map(([one]) => one)).toEqual(cases);
  });
});

describe('without a store', () => {
  it('two copies of a pause each run what they approve, and a JSON from a client is believed (C2)', async () => {
    const found: string[] = [];
    for (const { play } of limits) found.push(await play());
    expect(found).toEqual([
      'paid 2×: the copies do not know of each other',
      'paid 50: parse trusts its text like code',
    ]);
  });
});

describe('the table', () => {
  it('is markdown, with versions and the date', () => {
    const findings = [{ case: 'a case', must: 'yes', verdict: 'partly', found: 'a | b' } as const];
    const table = tableOf([{ name: 'somebody', versions: ['some 1.0.0'], findings }], new Date(0));
    expect(table).toContain('Taken on 1970-01-01');
    expect(table).toContain('| a case | yes | ~ a \\| b |');
    expect(table).toContain('- **somebody**: some 1.0.0');
  });

  it('names its peers by exact versions, and keeps no address of a registry', () => {
    const read = (file: string): string => readFileSync(join(import.meta.dirname, '..', 'evidence', file), 'utf8');
    const versions = Object.values<string>(JSON.parse(read('package.json')).dependencies);
    expect(versions.length).toBeGreaterThan(5);
    expect(versions.filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
    expect(read('package-lock.json')).not.toContain('"resolved": "http');
  });
});

/** Plays a case against us: it holds, and this is what came out. */
async function holds(one: Case, found: unknown): Promise<void> {
  played.add(one);
  expect(await one.play(yourcall)).toEqual({ verdict: 'holds', found });
}
