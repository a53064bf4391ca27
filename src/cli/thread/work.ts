import { parseArgs } from 'node:util';
import type { Model } from '../../chat/model.ts';
import type { McpTools } from '../../mcp/mcp-tools.ts';
import { createRuntime } from '../../runtime/runtime.ts';
import { storeGrants } from '../../runtime/store-grants.ts';
import type { Store } from '../../store/store.ts';
import { checkModel, chooseModel, modelFlags } from '../chosen-model.ts';
import { folderChat, toolNames } from '../folder-chat.ts';
import { mcpFlags, mcpUsage } from '../mcp/flags.ts';
import { withMcp } from '../mcp/open.ts';
import { rulesFlags, rulesIn, rulesUsage } from '../rules/ruled.ts';
import type { RulesWith } from '../rules/ruled.ts';
import { visible } from '../../wire/plain-text.ts';
import { chatNameOf } from './chat-name.ts';
import { endsUnread, printJson, runCommand } from './command.ts';
import { openDatabase } from './database.ts';
import { Journeys } from './journeys.ts';
import type { Stage } from './journeys.ts';
import { neededPlace, placeFlags, placeText, placeUsage } from './place.ts';
import type { Place } from './place.ts';
import { lease, processName, toldOnce, toldToStop } from './process.ts';

/** `yourcall work`: advances the threads of this folder until it is told to stop. Gives the exit code. */
export function work(argv: readonly string[]): Promise<number> {
  return runCommand({ name: 'yourcall work', usage, run }, argv);
}

const usage = `Usage: yourcall work [options]

Does what is to be done in the threads of this folder, with the same tools as the chat in the
terminal, until Ctrl-C or SIGTERM; what it has then goes on wherever else somebody works. It never
says yes for anybody: what asks waits for yourcall inbox, or for a terminal.

Options
${placeUsage}
  --model PROVIDER/NAME, --base-url URL   as in yourcall --help
${mcpUsage}
${rulesUsage}
  --json                  each step as a line of JSON

Exit codes: 0 when it was told to stop, 1 error.`;

const flags = { ...placeFlags, ...modelFlags, ...mcpFlags, ...rulesFlags, json: { type: 'boolean' } } as const;

async function run(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...argv], options: flags });
  checkModel(values);
  const place = neededPlace(values);
  const { json = false } = values;
  endsUnread();
  const { model } = await chooseModel(values, 12);
  const root = process.cwd();
  return withMcp(values, told, (mcp) => {
    const rules = rulesIn(values.rules, { root, tools: toolNames(root, mcp) });
    return working({ place, model, mcp, rules, json });
  });
}

interface Working {
  readonly place: Place;
  readonly model: Model;
  readonly mcp: McpTools | undefined;
  readonly rules: RulesWith;
  readonly json: boolean;
}

const told = (sentence: string): void => console.error(sentence);

async function working({ place, model, mcp, rules, json }: Working): Promise<number> {
  const root = process.cwd();
  const name = chatNameOf(place, root);
  const database = await openDatabase(place);
  const { store } = database;
  const report = toldOnce(told);
  const tell = json ? printJson : await linesFor(store, place.tenant);
  const granted = rules(storeGrants(store));
  const chat = folderChat({ root, choice: { model }, mcp, rules: granted, keptIn: database.file, report: told });
  const journeys = new Journeys(chat, tell);
  const runtime = createRuntime({
    chat: { [name]: journeys },
    store,
    lease,
    work: false,
    context: (one) => one,
    name: processName(),
    onError: report,
  });
  if (!json) {
    console.log(
      `Works on threads of ${visible(name)} in ${visible(placeText(place))}, with ${visible(`${model.provider}/${model.id}`)}.`,
    );
    console.log('Ctrl-C stops it; what it has then goes on elsewhere.');
  }
  await runtime.work({ signal: toldToStop() });
  await store.close();
  return 0;
}

/** One line for each stage: when, what, which thread, and what it is about. */
async function linesFor(store: Store, tenant: string): Promise<(stage: Stage) => void> {
  const titles = new Map<string, Promise<string>>();
  const titleOf = async (thread: string): Promise<string> =>
    visible((await store.load({ tenant, thread }))?.thread.title ?? '');
  return (stage) => {
    const { thread } = stage;
    const title = titles.get(thread) ?? titleOf(thread).catch(() => '');
    if (stage.type === 'taken') titles.set(thread, title);
    else titles.delete(thread);
    void title.then((words) => console.log(lineOf(stage, words)));
  };
}

function lineOf(stage: Stage, title: string): string {
  const time = new Date().toLocaleTimeString('en-GB');
  return `${time}  ${stage.type.padEnd(9)}  ${visible(stage.thread)}  ${whatOf(stage, title)}`.trimEnd();
}

function whatOf(stage: Stage, title: string): string {
  switch (stage.type) {
    case 'taken':
      return title === '' ? '' : `"${title}"`;
    case 'paused':
      return `waits for ${stage.waiting.map(visible).join(', ')}`;
    case 'failed':
      return `${stage.code}: ${visible(stage.message)}`;
    case 'done':
      return stage.finish === 'stop' ? '' : stage.finish;
    case 'given up':
      return 'goes on elsewhere';
  }
}
