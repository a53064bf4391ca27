import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Case } from '../case.ts';
import { short, verdictOf } from '../case.ts';
import { inProcess, killInside } from '../process.ts';
import { onStage } from '../stage.ts';

/** The machine dies after the charge and before anybody wrote that down; a new process goes on. */
export const killedInsideTheTool: Case = {
  name: 'kill -9 inside the tool, then resume',
  must: 'charged once, and in doubt said so',
  play: (subject) =>
    onStage(subject, {}, async ({ folder }) => {
      const where = { subject: subject.name, folder, charges: join(folder, 'charges') };
      await inProcess({ ...where, step: 'say' });
      await killInside({ ...where, step: 'click' });
      const told = await inProcess({ ...where, step: 'recover' });
      const charges = readFileSync(where.charges, 'utf8').trim().split('\n').length;
      const said = told.error === undefined ? told.end : short(told.error);
      const once = charges === 1;
      return { verdict: verdictOf(once && told.end === 'in doubt', once), found: `charged ${charges}×; ${said}` };
    }),
};
