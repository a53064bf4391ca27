import { parseArgs } from 'node:util';
import type { Model } from '../../chat/model.ts';
import { ChatError } from '../../conversation/error.ts';
import type { McpTools } from '../../mcp/mcp-tools.ts';
import { agUi } from '../../server/ag-ui/index.ts';
import { aiSdk } from '../../server/ai-sdk/index.ts';
import { consolePages } from '../../server/console/index.ts';
import { createHandler } from '../../server/handler.ts';
import { logTo } from '../../server/logger.ts';
import type { Logger } from '../../server/logger.ts';
import { mcp as mcpHosts } from '../../server/mcp/index.ts';
import { checkModel, chooseModel, modelFlags } from '../chosen-model.ts';
import { toolNames } from '../folder-chat.ts';
import { mcpFlags, mcpUsage } from '../mcp/flags.ts';
import { withMcp } from '../mcp/open.ts';
import { rulesFlags, rulesIn, rulesUsage } from '../rules/ruled.ts';
import type { RulesWith } from '../rules/ruled.ts';
import { visible } from '../../wire/plain-text.ts';
import { auditSecret } from '../thread/audit-secret.ts';
import { endsUnread, printJson, runCommand } from '../thread/command.ts';
import { placeFlags, placeOf, placeText, placeUsage } from '../thread/place.ts';
import type { Place } from '../thread/place.ts';
import { toldToStop } from '../thread/process.ts';
import { bearer, newToken } from './bearer.ts';
import { jsonLines } from './json-lines.ts';
import { listenTo } from './listening.ts';
import { consoleAddress, openInBrowser } from './browser.ts';
import { openThreads } from './open-threads.ts';

/** `yourcall serve`: threads of this folder over HTTP, for this machine, until it is told to stop. Gives the exit code. */
export function serve(argv: readonly string[]): Promise<number> {
  return runCommand({ name: 'yourcall serve', usage, run }, argv);
}

const usage = `Usage: yourcall serve [options]

Serves threads over HTTP on this machine, with the same tools as the chat in the terminal, and works on
them, until Ctrl-C or SIGTERM. Only who has the token is let in; it is printed with the address, and drawn
anew each time unless YOURCALL_TOKEN in the environment says what it is.

Options
  --port N                where it listens. Default: 4141; 0 takes one that is free
  --no-work               only serves; others work
  --open                  opens the console in a browser
  --log                   tells of every request, and of what broke, as lines of JSON on standard error
${placeUsage}
                          Without a place threads are kept in memory, until it ends
  --model PROVIDER/NAME, --base-url URL   as in yourcall --help
${mcpUsage}
${rulesUsage}
  --json                  the address and the token as a line of JSON

Exit codes: 0 when it was told to stop, 1 error.`;

const flags = {
  ...placeFlags,
  ...modelFlags,
  ...mcpFlags,
  ...rulesFlags,
  port: { type: 'string', default: '4141' },
  'no-work': { type: 'boolean', default: false },
  open: { type: 'boolean', default: false },
  log: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
} as const;

async function run(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...argv], options: flags });
  checkModel(values);
  const port = portOf(values.port);
  const place = placeOf(values, true);
  endsUnread();
  const { model } = await chooseModel(values, 12);
  const { json, open, 'no-work': isServing } = values;
  const root = process.cwd();
  const logger = values.log ? jsonLines((line) => process.stderr.write(line)) : undefined;
  const report = (sentence: string): void => (logger ? logger.error({}, sentence) : console.error(sentence));
  return withMcp(values, report, (mcp) => {
    const rules = rulesIn(values.rules, { root, tools: toolNames(root, mcp) });
    return served({ place, port, model, mcp, rules, work: !isServing, json, open, logger, report });
  });
}

interface Served {
  readonly place: Place | undefined;
  readonly port: number;
  readonly model: Model;
  readonly mcp: McpTools | undefined;
  readonly rules: RulesWith;
  readonly work: boolean;
  readonly json: boolean;
  readonly open: boolean;
  readonly logger: Logger | undefined;
  readonly report: (sentence: string) => void;
}

async function served({ place, port, model, mcp, rules, work, json, open, logger, report }: Served): Promise<number> {
  const threads = await openThreads({ place, model, mcp, rules, work, report });
  const token = process.env['YOURCALL_TOKEN'] || newToken();
  const { runtime, grants, who } = threads;
  // Threads in memory are kept under none.
  const secret = place && auditSecret();
  const handler = createHandler({
    runtime,
    grants,
    authorize: bearer(token, who),
    dialects: [aiSdk(), agUi(), mcpHosts(), consolePages()],
    // Who sits at this machine attaches files as large as a thread takes them, and base64 is a third longer.
    limits: { body: 28 * 2 ** 20 },
    ...(secret !== undefined && { auditSecret: secret }),
    ...(logger && { log: logTo(logger) }),
  });
  try {
    const { url, close } = await listenTo(handler, port);
    const address = consoleAddress(url, token);
    if (json) printJson({ url, token, console: address });
    else for (const line of greeting({ url, token, place, model: `${model.provider}/${model.id}` })) console.log(line);
    if (open) openInBrowser(address, report);
    await stopped(toldToStop());
    await close();
    return 0;
  } finally {
    await threads.close();
  }
}

interface Greeting {
  readonly url: string;
  readonly token: string;
  readonly place: Place | undefined;
  readonly model: string;
}

function greeting({ url, token, place, model }: Greeting): readonly string[] {
  return [
    `Serves threads at ${url}, with ${visible(model)}.`,
    `Kept: ${place ? visible(placeText(place)) : 'in memory, until it ends (--db app.db keeps them)'}`,
    `Token: ${visible(token)}`,
    '',
    `  Console: ${consoleAddress(url, visible(token))}`,
    '',
    `  curl ${url}/threads -H 'authorization: Bearer ${visible(token)}'`,
    '',
    `What it understands: ${url}/openapi.json. Ctrl-C stops it.`,
  ];
}

function portOf(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port < 65_536) return port;
  throw new ChatError('invalid-request', `--port takes a number up to 65535, not ${JSON.stringify(text)}`);
}

function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
