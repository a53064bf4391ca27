import type { WaitingRow } from '../../store/store.ts';
import { visible } from '../../wire/plain-text.ts';
import { needsAll } from '../answer.ts';
import type { Answer } from '../answer.ts';
import type { FullScreen } from '../full-screen/full-screen.ts';
import type { Key } from '../full-screen/key.ts';
import { LineEditor } from '../full-screen/line-editor.ts';
import { messageOf } from '../sentence.ts';
import type { Style } from '../style.ts';
import { asMeant } from '../typing/paste.ts';
import { CallPage } from './call-page.ts';
import { becameText, decide } from './deciding.ts';
import type { Became, Deciders } from './deciding.ts';
import { Dialog } from './dialog.ts';
import { GrantOffers } from './grant-offers.ts';
import { inboxFrame } from './inbox-frame.ts';
import { InboxList, idOf, shownName } from './inbox-list.ts';
import { answerOfKey, forMany } from './keys.ts';
import { moveInList, moveInPage } from './moves.ts';
import type { WaitingCalls } from './waiting-calls.ts';

/** What an inbox on the screen is made of. */
export interface InboxScreenOptions {
  readonly screen: Pick<FullScreen, 'width' | 'height' | 'draw' | 'suspend'>;
  readonly style: Style;
  readonly calls: WaitingCalls;
  readonly decider: Deciders;
  /** Of whom and where, such as ` for ann in app.db`. */
  readonly place: string;
  /** Milliseconds since the epoch, by the clock of the store. */
  readonly now: () => number;
}

/** What waits as a list that fills the screen, to be worked through by keys. */
export class InboxScreen {
  readonly #options: InboxScreenOptions;
  readonly #list = new InboxList();
  #page: CallPage | undefined;
  #dialog: Dialog | undefined;
  /** What is being decided about. */
  #about: readonly WaitingRow[] = [];
  #filter: LineEditor | undefined;
  #isHelp = false;
  #note = '';
  #decided = 0;
  /** Calls about which something was said here: that they wait no more is nothing new. */
  readonly #mine = new Set<string>();
  readonly #offers: GrantOffers;
  readonly #left = Promise.withResolvers<void>();
  #reading: Promise<void> | undefined;

  constructor(options: InboxScreenOptions) {
    this.#options = options;
    this.#offers = new GrantOffers(options.decider);
  }

  /** Shows it until the person leaves. Gives how many calls were decided. */
  async run(): Promise<number> {
    const forget = this.#options.calls.watch(() => void this.#read());
    const clock = setInterval(() => this.draw(), 1_000);
    try {
      await this.#read();
      await this.#left.promise;
      return this.#decided;
    } finally {
      forget();
      clearInterval(clock);
      this.#dialog?.close();
    }
  }

  leave(): void {
    this.#left.resolve();
  }

  /** Draws all of it anew; what stands there already is not written again. */
  draw(): void {
    const { screen, style, place, now } = this.#options;
    const view = {
      list: this.#list,
      place,
      page: this.#page,
      dialog: this.#dialog,
      about: this.#about,
      filter: this.#filter,
    };
    const mayGrant = (row: WaitingRow): boolean => this.#offers.has(row);
    const { width, height } = screen;
    const layout = { width, height, style, now: now() };
    screen.draw(inboxFrame({ ...view, mayGrant, isHelp: this.#isHelp, note: this.#note }, layout));
  }

  key(key: Key): void {
    if (this.#dialog) return this.#dialog.key(key);
    this.#take(key);
    this.draw();
  }

  /** Only where a line is typed: what was pasted decides nothing. */
  paste(text: string): void {
    this.#dialog?.paste(text);
    this.#filter?.insert(text);
    this.draw();
  }

  #take(key: Key): void {
    this.#note = '';
    if (key.name === 'C-c') return this.leave();
    if (this.#isHelp) this.#isHelp = false;
    else if (this.#filter) this.#look(this.#filter, key);
    else if (key.name === '?') this.#isHelp = true;
    else if (this.#page ? !this.#turn(this.#page, key) : !this.#go(key)) this.#say(key);
  }

  /** Keys of the list; false for any other. */
  #go({ name }: Key): boolean {
    const list = this.#list;
    if (moveInList(list, name, this.#options.screen.height)) return true;
    if (name === 'return') this.#open(list.current ? [list.current.row] : []);
    else if (name === 'space') this.#mark();
    else if (name === '/') this.#filter = new LineEditor(list.filter);
    else if (name === 'escape' && list.marks > 0) list.unmark();
    else if (name === 'escape') list.look('');
    else if (name === 'q') this.leave();
    else return false;
    return true;
  }

  /** Keys of a page; false for any other. */
  #turn(page: CallPage, { name }: Key): boolean {
    if (moveInPage(page, name)) return true;
    if (name !== 'q' && name !== 'escape' && name !== 'left') return false;
    this.#page = undefined;
    return true;
  }

  #mark(): void {
    this.#list.mark();
    this.#list.goTo(this.#list.at + 1);
  }

  #look(filter: LineEditor, key: Key): void {
    if (key.name === 'return') this.#filter = undefined;
    else if (key.name === 'escape') {
      this.#filter = undefined;
      this.#list.look('');
    } else filter.take(key);
    if (this.#filter) this.#list.look(asMeant(filter.text));
  }

  #open(rows: readonly WaitingRow[]): void {
    if (rows.length > 0) this.#page = new CallPage(rows, this.#options.now());
  }

  /** A key that may decide: about the page that is open, else about what is marked, else about the current one. */
  #say({ name }: Key): void {
    const rows = this.#page?.rows ?? this.#list.chosen.map(({ row }) => row);
    const [first] = rows;
    if (!first) return;
    const gone = rows.map((row) => this.#list.find(row)?.gone).find((one) => one !== undefined);
    if (gone !== undefined) return void (this.#note = `It waits no more: ${gone}`);
    const answers = new Set(rows.map(({ call }) => answerOfKey(name, call)));
    const [answer] = answers;
    if (answers.size > 1 || (answer && rows.length > 1 && !forMany.has(answer)))
      return void (this.#note = `${name} cannot be said of all that are marked.`);
    if (answer === undefined) return void (this.#note = `${name} says nothing here; ? lists the keys.`);
    if (answer === 'view') return this.#open(rows);
    if (this.#mustSee(answer, rows)) return;
    void this.#decide(answer, rows);
  }

  /** What is approved was on the screen before, all of it (rule X5). */
  #mustSee(answer: Answer, rows: readonly WaitingRow[]): boolean {
    if (!needsAll.has(answer)) return false;
    if (!this.#page?.shows(rows)) {
      this.#open(rows);
      this.#note = 'This is what you decide about. Look at it, then say it again.';
      return true;
    }
    if (this.#page.hasBeenSeen(this.#options.now())) return false;
    this.#note = this.#page.isMoreBelow
      ? 'There is more of it. See its end, then say it again.'
      : 'Look at it first, then say it again.';
    if (this.#page.isMoreBelow) this.#page.scroll('page down');
    return true;
  }

  async #decide(answer: Exclude<Answer, 'view'>, rows: readonly WaitingRow[]): Promise<void> {
    const { screen, style, decider, now } = this.#options;
    const dialog = (this.#dialog = new Dialog({ screen, style, onChange: () => this.draw() }));
    let all: readonly Became[] = [];
    this.#about = rows;
    for (const row of rows) this.#mine.add(shownName(row));
    try {
      all = await decide(decider, { answer, rows, dialog, now });
      this.#note = becameText(all);
    } catch (error) {
      this.#note = `Error: ${visible(messageOf(error))}.`;
    }
    this.#dialog = undefined;
    this.#settle(rows, all);
    await this.#read();
  }

  #settle(rows: readonly WaitingRow[], all: readonly Became[]): void {
    const decided = new Set(all.flatMap(({ row, type }) => (type === 'decided' ? [shownName(row)] : [])));
    for (const row of rows) if (!decided.has(shownName(row))) this.#mine.delete(shownName(row));
    if (this.#page && all.some(({ type }) => type !== 'refused')) this.#goOn(this.#page.rows);
    for (const { row, type, text } of all) {
      if (type === 'decided') this.#list.remove(row);
      if (type === 'gone') this.#list.tell(row, text);
    }
    this.#decided += all.filter(({ type }) => type === 'decided' || type === 'kept').length;
    if (all.length > 0) this.#list.unmark();
  }

  /** Whoever reads one call after the other is shown the next. */
  #goOn([row, ...others]: readonly WaitingRow[]): void {
    this.#page = undefined;
    if (!row || others.length > 0) return;
    this.#list.goTo(this.#list.at + 1);
    const next = this.#list.current;
    if (next && next.gone === undefined && idOf(next.row) !== idOf(row)) this.#open([next.row]);
  }

  /** Reads what waits, one time after the other; says what was decided elsewhere. */
  #read(): Promise<void> {
    this.#reading ??= this.#readOnce().finally(() => (this.#reading = undefined));
    return this.#reading;
  }

  async #readOnce(): Promise<void> {
    try {
      const rows = (await this.#options.calls.read()).filter((row) => !this.#mine.has(shownName(row)));
      for (const row of this.#list.update(rows)) {
        if (this.#mine.has(shownName(row))) continue;
        const what = await this.#options.calls.whatBecame(row);
        this.#list.tell(row, what);
        this.#note = what;
      }
      const page = this.#page;
      const now = page?.rows.map((row) => this.#list.find(row)?.row ?? row);
      if (page && now && !page.shows(now)) {
        this.#open(now);
        this.#note = 'It has changed; this is how it is now.';
      }
    } catch (error) {
      this.#note = `What waits cannot be read: ${visible(messageOf(error))}.`;
    }
    this.draw();
  }
}
