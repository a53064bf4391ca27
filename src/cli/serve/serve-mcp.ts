import { parseArgs } from 'node:util';
import type { Model } from '../../chat/model.ts';
import { ChatError } from '../../conversation/error.ts';
import { newId } from '../../conversation/id.ts';
import { isObject } from '../../conversation/json.ts';
import type { McpTools } from '../../mcp/mcp-tools.ts';
import { isTheirs } from '../../server/access.ts';
import { Views } from '../../server/reader-view.ts';
import type { Caller } from '../../server/dialect.ts';
import type { McpOptions } from '../../server/mcp/options.ts';
import { toolNames } from '../folder-chat.ts';
import { checkModel, chooseModel, modelFlags } from '../chosen-model.ts';
import { mcpFlags, mcpUsage } from '../mcp/flags.ts';
import { withMcp } from '../mcp/open.ts';
import { rulesFlags, rulesIn, rulesUsage } from '../rules/ruled.ts';
import type { RulesWith } from '../rules/ruled.ts';
import { runCommand } from '../thread/command.ts';
import { placeFlags, placeOf, placeUsage } from '../thread/place.ts';
import type { Place } from '../thread/place.ts';
import { toldToStop } from '../thread/process.ts';
import { openThreads } from './open-threads.ts';
import type { OpenThreads } from './open-threads.ts';

/** `yourcall mcp`: threads of this folder for the host of MCP that has started it, until that goes away. Gives the exit code. */
export function serveMcp(argv: readonly string[]): Promise<number> {
  return runCommand({ name: 'yourcall mcp', usage, run }, argv);
}

const usage = `Usage: yourcall mcp [options]

Is a server of MCP over standard input and output, started by a host of it: say, read_thread, stop, inbox and
decide are tools of that host then, for whoever sits before it. The threads have the same tools as the chat in
the terminal, and are worked on until the host goes away.

Options
  --unconfirmed           decisions count although the host has not asked its person to confirm them.
                          Without it a host that cannot ask (elicitation) decides nothing
  --no-work               only serves; others work
${placeUsage}
                          Without a place threads are kept in memory, until it ends
  --model PROVIDER/NAME, --base-url URL   as in yourcall --help
${mcpUsage}
${rulesUsage}

Exit codes: 0 when the host went away or it was told to stop, 1 error.`;

const flags = {
  ...placeFlags,
  ...modelFlags,
  ...mcpFlags,
  ...rulesFlags,
  unconfirmed: { type: 'boolean', default: false },
  'no-work': { type: 'boolean', default: false },
} as const;

// Standard output is the host's.
const report = (sentence: string): void => console.error(sentence);

async function run(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...argv], options: flags });
  checkModel(values);
  const { unconfirmed, 'no-work': isServing } = values;
  const options = { decide: unconfirmed ? 'unconfirmed' : 'confirmed' } as const;
  const place = placeOf(values, true);
  const { model } = await chooseModel(values, 0);
  const root = process.cwd();
  return withMcp(values, report, (mcp) => {
    const rules = rulesIn(values.rules, { root, tools: toolNames(root, mcp) });
    return served({ place, model, mcp, rules, work: !isServing, options });
  });
}

interface Served {
  readonly place: Place | undefined;
  readonly model: Model;
  readonly mcp: McpTools | undefined;
  readonly rules: RulesWith;
  readonly work: boolean;
  readonly options: Required<McpOptions>;
}

async function served({ options, ...serving }: Served): Promise<number> {
  const { serveStdio, mcpServer } = await loaded();
  const threads = await openThreads({ ...serving, report });
  try {
    const caller = callerOf(threads);
    const gone = whenGone(toldToStop());
    const { close } = serveStdio(() => mcpServer(caller, options), { maxSubscriptions: 0 });
    await gone;
    await close();
    return 0;
  } finally {
    await threads.close();
  }
}

async function loaded() {
  try {
    const [{ serveStdio }, { mcpServer }] = await Promise.all([
      import('@modelcontextprotocol/server/stdio'),
      import('../../server/mcp/server.ts'),
    ]);
    return { serveStdio, mcpServer };
  } catch (cause) {
    if (!isObject(cause) || cause['code'] !== 'ERR_MODULE_NOT_FOUND') throw cause;
    const needed = 'It needs a package that is not installed: npm install @modelcontextprotocol/server';
    throw new ChatError('unsupported', needed, { cause });
  }
}

/** Whoever sits before the host is who started it: there is nobody else (rule X4). */
function callerOf({ runtime, who }: OpenThreads): Caller {
  const views = new Views();
  return {
    runtime,
    who,
    view: views.of(who),
    discreetView: views.discreet(who),
    permits: async (right) => who.scopes.includes(right),
    async find(thread) {
      const read = await runtime.read({ tenant: who.tenant, thread });
      return read && isTheirs(read.thread, who, 'read') ? read : undefined;
    },
    report(error) {
      const id = newId();
      console.error('yourcall mcp:', id, error);
      return id;
    },
  };
}

function whenGone(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => resolve();
    signal.addEventListener('abort', end, { once: true });
    process.stdin.once('end', end).once('close', end);
    process.stdout.once('error', end);
  });
}
