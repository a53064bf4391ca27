import type { Thread } from '../../store/thread.ts';
import { visible } from '../../wire/plain-text.ts';
import { nearest } from '../nearest.ts';
import { tableLines } from '../thread/table.ts';
import { spanText } from '../time-text.ts';
import type { Surroundings, TalkCommand } from './command.ts';

const alone = 'There is one talk here. Threads, as many as you like, are kept by yourcall --db app.db';

/** `/threads` */
export const threads: TalkCommand = {
  name: 'threads',
  says: 'the other threads of this folder',
  async run({ screen, session, threads: list }) {
    if (!list) return screen.note(alone);
    const now = session.conversation.now();
    const rows = (await list()).map((thread) => rowOf(thread, { now, current: session.conversation.id }));
    if (rows.length === 0) return screen.note('There are none yet; the first is made with your first word.');
    for (const line of tableLines([['', 'ID', 'STATUS', 'CHANGED', 'TITLE'], ...rows], screen.width)) screen.line(line);
    screen.note('/resume ID goes on with one, /new begins another.');
  },
};

/** `/resume ID` */
export const resume: TalkCommand = {
  name: 'resume',
  takes: 'ID',
  says: 'goes on with another thread',
  async run({ screen, session, threads: list }, rest) {
    if (!list) return screen.note(alone);
    if (rest === '') return screen.note('/resume takes the id of a thread; /threads lists them.');
    const ids = (await list()).map(({ thread }) => thread);
    const id = ids.includes(rest) ? rest : ids.filter((one) => one.startsWith(rest))[0];
    if (id === session.conversation.id) return screen.note('That is this one.');
    if (id !== undefined) return { type: 'go', thread: id };
    const near = nearest(rest, ids);
    screen.error(`There is no thread ${visible(rest)} here${near === undefined ? '' : `; ${visible(near)}?`}`);
  },
  complete: async ({ threads: list }: Surroundings, rest) =>
    ((await list?.()) ?? []).map(({ thread }) => thread).filter((id) => id.startsWith(rest)),
};

/** `/new` */
export const fresh: TalkCommand = {
  name: 'new',
  says: 'begins another thread',
  async run({ screen, threads: list }) {
    if (!list) return screen.note(alone);
    return { type: 'go', thread: undefined };
  },
};

function rowOf(
  { thread, status, updatedAt, title }: Thread,
  about: { now: number; current: string },
): readonly string[] {
  const mark = thread === about.current ? '*' : '';
  return [mark, visible(thread), status, `${spanText(about.now - updatedAt)} ago`, visible(title ?? '')];
}
