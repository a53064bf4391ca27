import type { Case } from './case.ts';
import { approvedAgainLater } from './cases/approved-again-later.ts';
import { approvedAndRejectedAtOnce } from './cases/approved-and-rejected-at-once.ts';
import { approvedTwiceAtOnce } from './cases/approved-twice-at-once.ts';
import { approvedWithEditedArguments } from './cases/approved-with-edited-arguments.ts';
import { bytesOfAPause } from './cases/bytes-of-a-pause.ts';
import { toolChangedMeanwhile, toolRemovedMeanwhile } from './cases/code-changed-meanwhile.ts';
import { forgedApproval } from './cases/forged-approval.ts';
import { killedInsideTheTool } from './cases/killed-inside-the-tool.ts';
import { oneOfThreeDecided } from './cases/one-of-three-decided.ts';
import { rejectedWithAReason } from './cases/rejected-with-a-reason.ts';
import { safeSiblingRuns } from './cases/safe-sibling-runs.ts';
import { tamperedArguments } from './cases/tampered-arguments.ts';

/** The rows of the table. */
export const cases: readonly Case[] = [
  approvedTwiceAtOnce,
  approvedAgainLater,
  approvedAndRejectedAtOnce,
  killedInsideTheTool,
  safeSiblingRuns,
  oneOfThreeDecided,
  approvedWithEditedArguments,
  rejectedWithAReason,
  forgedApproval,
  tamperedArguments,
  bytesOfAPause,
  toolRemovedMeanwhile,
  toolChangedMeanwhile,
];
