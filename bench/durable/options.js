import { join } from 'node:path';
import { parseArgs } from 'node:util';

const shared = join(import.meta.dirname, '..', '..', '..', 'shared', 'bench');

/** What `npm run bench -- durable --help` says. */
export const usage = `Usage: npm run bench -- durable [options]

Measures threads in their stores, beside the budgets of the design. Exit code 1 when something was lost or done twice.

Options
  --rounds N          how often each row is measured. Default: 3
  --only WORD         only the rows of this measure, or with this word in their names
  --peers FOLDER      where the packages of the peers are installed
  --short             plays everything a few times, to see that it works: its figures are worth nothing
  --limit SECONDS     how long a row may take. Default: what the row says
  --json              a line of JSON for each row
  -h, --help          this page
`;

/** What `npm run bench -- durable` was asked for; nothing when it is help. */
export function readOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      rounds: { type: 'string', default: '3' },
      only: { type: 'string' },
      peers: { type: 'string', default: shared },
      short: { type: 'boolean', default: false },
      limit: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return undefined;
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds is ${values.rounds}: at least 1 is needed.`);
  return { ...values, rounds };
}
