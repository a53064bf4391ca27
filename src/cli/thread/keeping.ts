import { resolve } from 'node:path';
import { createRuntime } from '../../runtime/runtime.ts';
import { allOf } from '../../store/page.ts';
import type { Store } from '../../store/store.ts';
import type { Thread } from '../../store/thread.ts';
import { back } from '../back.ts';
import { folderChat } from '../folder-chat.ts';
import { grantingBeside } from '../grants/granting.ts';
import type { Keep, Keeping } from '../keep.ts';
import { mcpOptions } from '../mcp/flags.ts';
import { visible } from '../../wire/plain-text.ts';
import { clockText } from '../time-text.ts';
import { userName } from '../user-name.ts';
import { chatNameOf } from './chat-name.ts';
import { openDatabase } from './database.ts';
import type { Database } from './database.ts';
import { lease, processName, toldOnce } from './process.ts';
import { placeOptions, placeText } from './place.ts';
import type { Place } from './place.ts';
import { newThread, threadFor } from './thread-for.ts';
import { ThreadSession } from './thread-session.ts';

/** A talk kept as a thread, run by this process or by whoever works. Throws `ChatError` when it cannot be opened. */
export async function inThread(keep: Keep, place: Place): Promise<Keeping> {
  const database = await openDatabase(place);
  try {
    return await opened(keep, database);
  } catch (error) {
    await database.store.close();
    throw error;
  }
}

async function opened(keep: Keep, { place, store, file }: Database): Promise<Keeping> {
  const { options, root } = keep;
  const chatName = chatNameOf(place, root);
  const found = await threadFor(options, { store, place, chat: chatName });
  const thread = found ?? newThread({ tenant: place.tenant, chat: chatName, owner: userName() });
  const { rules, granter } = grantingBeside(keep.rules, { ...keep, store, tenant: place.tenant });
  const chat = folderChat({ ...keep, rules, keptIn: file });
  const runtime = createRuntime({
    chat: { [chatName]: chat },
    store,
    lease,
    work: options.work,
    context: (one) => one,
    name: processName(),
    onError: toldOnce(keep.report),
  });
  const ahead = (await store.now()) - Date.now();
  const read = found && (await runtime.read(found));
  const busy = read?.thread.status === 'working' ? read.thread.lease : undefined;
  const session = new ThreadSession({
    runtime,
    thread,
    read,
    now: () => Date.now() + ahead,
    onSilence: silenceTeller(keep, place, busy?.holder),
  });
  const again = (): string =>
    back({
      ...keep.choice.options,
      ...mcpOptions(options.mcp),
      '--rules': options.rules,
      ...placeOptions(place),
      '--thread': thread.thread,
    });
  return {
    chat,
    granter,
    session,
    where: whereText(place, found),
    notes: [...notesOf({ keep, place, thread: read?.thread }), ...(busy ? [holderText(busy)] : [])],
    comeBack: () =>
      session.isKept ? `It is kept as thread ${visible(thread.thread)}. Come back with: ${again()}` : undefined,
    threads: () => threadsAbout(store, { tenant: place.tenant, chat: chatName }),
    async close() {
      session.leave();
      await runtime.close();
      await store.close();
    },
  };
}

function whereText(place: Place, found: Thread | undefined): string {
  const where = `in ${visible('file' in place.at ? resolve(place.at.file) : placeText(place))}`;
  if (!found) return `${where}, as a new thread`;
  const title = found.title === undefined ? '' : ` "${visible(found.title)}"`;
  return `${where}, thread ${visible(found.thread)}${title}; --new begins another one`;
}

/** How many threads are listed. */
const mostListed = 30;

/** The threads of a chat that changed last. */
async function threadsAbout(
  store: Store,
  { tenant, chat }: Pick<Thread, 'tenant' | 'chat'>,
): Promise<readonly Thread[]> {
  const found: Thread[] = [];
  for await (const thread of allOf((more) => store.list({ tenant, ...more }))) {
    if (thread.chat === chat) found.push(thread);
    if (found.length === mostListed) break;
  }
  return found;
}

interface Known {
  readonly keep: Keep;
  readonly place: Place;
  readonly thread: Thread | undefined;
}

function notesOf({ keep, place, thread }: Known): readonly string[] {
  const { work } = keep.options;
  const failed = thread?.status === 'failed' && thread.error !== 'aborted';
  return [
    ...(work ? [] : [`What is to be done is left to workers: ${workCommand(place)}`]),
    ...(failed ? [`Its last run failed (${thread.error ?? 'unknown'}); an empty line tries again.`] : []),
  ];
}

/** Says once who has a thread that is silent, or that nobody does; `told` is who was named already. */
function silenceTeller({ options, note }: Keep, place: Place, told = 'nobody was named'): (thread: Thread) => void {
  let last = told;
  return ({ lease: held }) => {
    const isHeld = held !== undefined && held.until > Date.now();
    const who = isHeld ? held.holder : '';
    // What this process does itself it shows as it comes.
    if (who === processName() || who === last) return;
    if (!isHeld && options.work) return;
    last = who;
    note(isHeld ? holderText(held) : `Nobody works on it yet: ${workCommand(place)}`);
  };
}

function holderText({ holder, until }: NonNullable<Thread['lease']>): string {
  const time = clockText(until, Date.now());
  return `${visible(holder)} is at work on it; if that process is gone, others go on at ${time}.`;
}

function workCommand(place: Place): string {
  return back(placeOptions(place)).replace(/^yourcall/, 'yourcall work');
}
