import type { CallState } from '../../conversation/tool-call.ts';
import { count, visible } from '../../wire/plain-text.ts';
import { callLine } from '../call-text.ts';
import { clipColumns } from '../columns.ts';
import type { Style } from '../style.ts';
import { spanText } from '../time-text.ts';
import type { InboxList, Item } from './inbox-list.ts';

/** Where the list is shown. */
export interface ListPage {
  readonly list: InboxList;
  /** Of whom and where, such as ` for ann in app.db`. */
  readonly place: string;
  readonly width: number;
  /** Rows that there are for it. */
  readonly height: number;
  readonly style: Style;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** The list as rows: only what is in view is made. */
export function listRows(page: ListPage): readonly string[] {
  const { list, height, width, style } = page;
  const room = Math.max(1, height - 2);
  const top = topOf(list, room);
  const rows = list.items
    .slice(top, top + room)
    .map((item, at) => itemRow(item, { ...page, isCurrent: top + at === list.at }));
  return [
    style.bold(clipColumns(headText(page), width - 1)),
    '',
    ...(rows.length > 0 ? rows : [style.dim(emptyText(list))]),
  ];
}

/** The current one is always in view, with what stands around it. */
function topOf(list: InboxList, room: number): number {
  const last = Math.max(0, list.items.length - room);
  return Math.max(0, Math.min(list.at - Math.floor(room / 2), last));
}

function headText({ list, place }: ListPage): string {
  const marks = list.marks > 0 ? `, ${list.marks} marked` : '';
  const filter = list.filter === '' ? '' : `, ${list.items.length} with "${visible(list.filter)}"`;
  return `${count(list.waiting, 'call')} waiting${place}${filter}${marks}`;
}

function emptyText(list: InboxList): string {
  if (list.filter !== '') return '  Nothing of what waits has these words. Esc shows all.';
  return '  Nothing waits. What comes appears here by itself; q leaves.';
}

function itemRow({ row, gone }: Item, page: ListPage & { readonly isCurrent: boolean }): string {
  const { list, width, style, now, isCurrent } = page;
  const { thread, call, since } = row;
  const sign = `${isCurrent ? '>' : ' '}${list.isMarked(row) ? '*' : ' '}`;
  const age = spanText(now - since).padEnd(11);
  const kind = (gone === undefined ? (kinds[call.state] ?? call.state) : 'over').padEnd(9);
  const title = thread.title === undefined ? '' : `  "${visible(thread.title)}"`;
  const what = gone ?? `${callLine(call, Math.max(20, width - 40))}${title}`;
  const text = clipColumns(`${sign} ${age} ${kind} ${what}`, width - 1);
  if (isCurrent) return style.inverse(text);
  if (gone !== undefined || call.state === 'snoozed' || call.state === 'deferred') return style.dim(text);
  return call.state === 'in-doubt' ? style.red(text) : text;
}

const kinds: Readonly<Partial<Record<CallState, string>>> = {
  'awaiting-approval': 'asks',
  'awaiting-input': 'question',
  'awaiting-result': 'result',
  'in-doubt': 'in doubt',
  snoozed: 'later',
  deferred: 'later',
};
