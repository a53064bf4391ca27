import { join } from 'node:path';
import { parseArgs } from 'node:util';

const shared = join(import.meta.dirname, '..', '..', '..', 'shared', 'bench');

/** What `npm run bench -- durable` was asked for. */
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
    },
  });
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds is ${values.rounds}: at least 1 is needed.`);
  return { ...values, rounds };
}
