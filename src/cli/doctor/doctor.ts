import { parseArgs } from 'node:util';
import { providers } from '../../models/default/index.ts';
import type { Fetch } from '../../wire/http.ts';
import { messageOf } from '../sentence.ts';
import { styleOf } from '../style.ts';
import { checkUp } from './checkup.ts';
import type { Checkup } from './checkup.ts';
import { reportLines } from './report.ts';
import { usualModel } from './usual-model.ts';

/** `yourcall doctor`: gives its exit code, 1 when a key that is set is refused. */
export async function doctor(argv: readonly string[], fetch?: Fetch & typeof globalThis.fetch): Promise<number> {
  let options;
  try {
    options = optionsOf(argv);
  } catch (error) {
    console.error(`yourcall doctor: ${messageOf(error)}.\n\n${doctorUsage}`);
    return 1;
  }
  if (options === 'help') {
    console.log(doctorUsage);
    return 0;
  }
  const { offline, json } = options;
  const names = Object.keys(providers).toSorted();
  const [usual, ...checkups] = await Promise.all([
    usualModel(offline, fetch),
    ...names.map((name) => checkUp(name, providers[name]!, { offline, fetch })),
  ]);
  if (json) console.log(JSON.stringify({ usual, providers: checkups }, undefined, 2));
  else for (const line of reportLines(checkups, usual, styleOf(process.stdout, process.env))) console.log(line);
  return checkups.some(isRefused) ? 1 : 0;
}

const doctorUsage = `Usage: yourcall doctor [--offline] [--json]

Says which keys are set in the environment (never what they are), which model servers run on this machine, and
whether they answer: each is asked for its models, which costs nothing. It also says which model is taken when none is
named.

  --offline   asks nobody
  --json      the same as JSON

Exit codes: 0, or 1 when a key that is set is refused.`;

interface DoctorOptions {
  readonly offline: boolean;
  readonly json: boolean;
}

function optionsOf(argv: readonly string[]): DoctorOptions | 'help' {
  const known = {
    offline: { type: 'boolean' },
    json: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  } as const;
  const { values } = parseArgs({ args: [...argv], options: known });
  const { help, offline = false, json = false } = values;
  return help ? 'help' : { offline, json };
}

function isRefused({ answer, key }: Checkup): boolean {
  return answer.state === 'key refused' && key === 'set';
}
