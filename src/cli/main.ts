import { readFileSync } from 'node:fs';
import { createChat } from '../chat/chat.ts';
import type { Chat } from '../chat/types.ts';
import { Conversation } from '../conversation/conversation.ts';
import { ChatError } from '../conversation/error.ts';
import { addressOf, defaultModel, modelFromName } from '../models/default/index.ts';
import type { ChosenModel } from '../models/default/index.ts';
import { doctor } from './doctor/doctor.ts';
import { farewell, greeting, lastWords } from './greeting.ts';
import { PipedInput } from './input.ts';
import type { Input } from './input.ts';
import { parseOptions, usage } from './options.ts';
import type { Options } from './options.ts';
import { visible } from './plain-text.ts';
import { isPlayground, thingsToTry } from './playground.ts';
import { replay } from './replay.ts';
import { Screen } from './screen.ts';
import { messageOf } from './sentence.ts';
import { watchSignals } from './signals.ts';
import { Talk } from './talk.ts';
import { TalkFile } from './talk-file.ts';
import { TerminalInput } from './terminal-input.ts';
import { workspaceTools } from './workspace/workspace.ts';
import type { Workspace } from './workspace/workspace.ts';

/** The program: gives its exit code, 0 when all is done, 3 when something waits, 1 after an error. */
export async function main(argv: readonly string[]): Promise<number> {
  const [command, ...rest] = argv;
  if (command === 'replay') return replay(rest);
  if (command === 'doctor') return doctor(rest);
  // A talk needs no database.
  if (command === 'audit') return (await import('./audit/audit.ts')).audit(rest);
  const parsed = parseOptions(argv);
  switch (parsed.type) {
    case 'help':
      console.log(usage);
      return 0;
    case 'version':
      console.log(version());
      return 0;
    case 'wrong':
      console.error(parsed.sentence);
      return 1;
    case 'start':
      return start(parsed.options);
  }
}

/** What stops it from starting is one sentence; anything else that is thrown is a bug, and shown whole. */
async function start(options: Options): Promise<number> {
  let file: TalkFile | undefined;
  try {
    const chosen = await choose(options);
    file = options.file === undefined ? undefined : TalkFile.open(options.file);
    return await talk(options, chosen, file);
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
    console.error(`yourcall: ${visible(messageOf(error))}.`);
    return 1;
  } finally {
    file?.close();
  }
}

async function choose(options: Options): Promise<ChosenModel> {
  const { model: name, baseURL } = options;
  // What the demo says is there at once; for a person it comes as a model would write it.
  const pace = isInteractive(options) ? 12 : 0;
  if (name === undefined) return defaultModel({ pace });
  const model = modelFromName(name, { pace, ...(baseURL !== undefined && { baseURL }) });
  if (model.provider === 'demo') {
    const because = 'you named it: the built-in demo, a set of rules, not an AI';
    return { model, because, where: 'nothing leaves this machine' };
  }
  return { model, because: 'you named it', where: baseURL ?? addressOf(model) ?? model.provider };
}

async function talk(
  options: Options,
  { model, because, where }: ChosenModel,
  file: TalkFile | undefined,
): Promise<number> {
  const conversation = file?.conversation ?? new Conversation();
  const interactive = isInteractive(options);
  const screen = new Screen({ json: options.json, interactive });
  const folder = process.cwd();
  const chat = chatIn(
    { root: folder, playground: isPlayground(folder), ...(file && { talk: file.path }) },
    model,
    screen,
  );
  const name = `${model.provider}/${model.id}`;
  for (const line of greeting({ folder, model: name, because, where, file: options.file, interactive })) {
    screen.note(line);
  }
  for (const line of lastWords(conversation, screen.width)) screen.note(line);
  const input = inputFor(screen);
  const things = thingsToTry(folder).map(({ typed }) => typed);
  const session = new Talk({ chat, conversation, commit: file?.commit ?? (() => {}), screen, input, things });
  const signals = watchSignals(session, input);
  const broke = await session.run().finally(() => {
    signals.stop();
    input.close();
  });
  const { unsettled } = conversation;
  if (unsettled.length > 0) {
    for (const line of farewell(unsettled, options, screen.width)) screen.line(line);
  }
  if (signals.exitCode !== undefined) return signals.exitCode;
  if (broke && !interactive) return 1;
  return unsettled.length > 0 ? 3 : 0;
}

function chatIn(workspace: Workspace, model: ChosenModel['model'], screen: Screen): Chat {
  return createChat({
    model,
    instructions:
      `You help a person in a terminal with the files of one folder, ${workspace.root}. Use the tools to look before you ` +
      'answer and to do what is asked. Paths are relative to that folder. The person is asked before anything is ' +
      'changed, so do not ask for permission yourself. Answer briefly, in plain text.',
    tools: workspaceTools(workspace),
    onError: (error, errorId) => screen.error(`Error ${errorId}: ${visible(messageOf(error))}.`),
  }) as Chat;
}

function isInteractive({ json }: Options): boolean {
  return !json && process.stdin.isTTY && process.stdout.isTTY;
}

function inputFor(screen: Screen): Input {
  if (!screen.interactive) return new PipedInput();
  return new TerminalInput((line) => {
    screen.note(`"${visible(line)}" was typed before the question was shown: it does not count.`);
  });
}

function version(): string {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return version;
}
