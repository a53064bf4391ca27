import type { WaitingRow } from '../../store/store.ts';
import { count } from '../../wire/plain-text.ts';
import { callLine } from '../call-text.ts';
import { choicesText } from '../choices.ts';
import { clipColumns } from '../columns.ts';
import type { Frame } from '../full-screen/full-screen.ts';
import type { LineEditor } from '../full-screen/line-editor.ts';
import type { Style } from '../style.ts';
import type { CallPage, Layout } from './call-page.ts';
import type { Dialog } from './dialog.ts';
import type { InboxList } from './inbox-list.ts';
import { keyHelp } from './keys.ts';
import { listRows } from './list-page.ts';

/** What there is to be shown: a list, and what lies over it. */
export interface InboxView {
  readonly list: InboxList;
  /** Of whom and where, such as ` for ann in app.db`. */
  readonly place: string;
  readonly page: CallPage | undefined;
  readonly dialog: Dialog | undefined;
  /** What a dialog is about. */
  readonly about: readonly WaitingRow[];
  readonly filter: LineEditor | undefined;
  /** Whether something may be granted with an approval. */
  readonly mayGrant: (row: WaitingRow) => boolean;
  readonly isHelp: boolean;
  readonly note: string;
}

/** What is drawn of it; the height of the layout is that of the screen. */
export function inboxFrame(view: InboxView, screen: Layout): Frame {
  const { width, height, style, now } = screen;
  const layout = { ...screen, height: height - 2 };
  if (view.isHelp) return { rows: helpRows(style) };
  if (view.dialog) return view.dialog.frame(view.page?.rowsIn(layout) ?? aboutRows(view.about, layout));
  const rows = view.page ? view.page.rowsIn(layout) : listRows({ ...layout, list: view.list, place: view.place });
  const blanks = Array.from({ length: Math.max(0, layout.height - rows.length) }, () => '');
  const above = [...rows.slice(0, layout.height), ...blanks, style.yellow(clipColumns(view.note, width - 1))];
  if (!view.filter) return { rows: [...above, style.dim(clipColumns(hintText(view, now), width - 1))] };
  const { text, column } = view.filter.view(width - 2);
  return { rows: [...above, `/${text}`], cursor: { row: height - 1, column: column + 1 } };
}

/** The calls themselves, where no page shows them. */
function aboutRows(rows: readonly WaitingRow[], { width, style }: Layout): readonly string[] {
  const lines = rows.slice(0, mostNamed).map(({ call }) => style.cyan(callLine(call, width - 1)));
  const more = rows.length - lines.length;
  return [...lines, ...(more > 0 ? [style.dim(`and ${count(more, 'other')}`)] : []), ''];
}

/** Calls that are named above a question about several. */
const mostNamed = 8;

function hintText({ page, list, mayGrant }: InboxView, now: number): string {
  const item = page?.rows[0] ? list.find(page.rows[0]) : list.current;
  const row = item?.gone === undefined ? item?.row : undefined;
  const call = row?.call;
  const choices = !call
    ? ''
    : call.state === 'awaiting-input'
      ? '[a]nswer [n]o [l]ater'
      : choicesText(call, { now, folded: false, mayGrant: row !== undefined && mayGrant(row) });
  if (page) return `${choices}${page.isMoreBelow ? '  (more below: space)' : ''}  [q] back  [?] keys`.trim();
  return `${choices}  Enter shows  space marks  [/] looks  [?] keys  [q]uit`.trim();
}

function helpRows(style: Style): readonly string[] {
  const rows = keyHelp.map(([keys, what]) => `  ${style.bold(keys.padEnd(14))} ${what}`);
  return [style.bold('Keys'), '', ...rows, '', style.dim('Any key goes back.')];
}
