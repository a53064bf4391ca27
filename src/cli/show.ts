import type { Conversation } from '../conversation/conversation.ts';
import type { ChatEvent, DoneEvent, ErrorEvent, PausedEvent } from '../conversation/event.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import { callText } from './call-text.ts';
import { Markdown } from './markdown/markdown.ts';
import { visible, visibleJson, visibleSpeech } from '../wire/plain-text.ts';
import { resultText } from './result-text.ts';
import type { Screen } from './screen.ts';
import { clockText, spanText } from './time-text.ts';

/** Shows a run as it goes, event by event: as JSON, or as a person reads it. */
export class Show {
  readonly #screen: Screen;
  readonly #conversation: Conversation;
  /** Calls whose arguments stand on the screen already. */
  readonly #shown = new Set<string>();
  /** Calls of which it was told until when they wait. */
  readonly #timed = new Set<string>();
  /** Calls that have told how far they are. */
  readonly #reporting = new Set<string>();
  #speaking: 'text' | 'reasoning' | undefined;
  #markdown: Markdown | undefined;

  constructor(screen: Screen, conversation: Conversation) {
    this.#screen = screen;
    this.#conversation = conversation;
  }

  event(event: ChatEvent): void {
    const screen = this.#screen;
    if (screen.json) screen.event(event);
    if (event.type === 'error') return this.#failed(event);
    if (screen.json) return;
    if (this.#speaking && breaksSpeech.has(event.type)) this.#endSpeech();
    switch (event.type) {
      case 'text':
      case 'reasoning':
        return this.#speak(event.type, event.delta);
      case 'tool':
        return this.#moved(event.call);
      case 'tool-progress':
        return this.#progress(event);
      case 'warning':
        return screen.note(`Note: ${visible(event.reason)}`);
      case 'file':
      case 'source':
      case 'data':
        return screen.note(`[${event.type}] ${visibleJson(event.value)}`.slice(0, 2 * screen.width));
      case 'step-end':
      case 'reset':
        return this.#endSpeech();
      case 'done':
        return this.#done(event);
      case 'paused':
        return this.#paused(event);
      case 'message':
      case 'tool-input':
      case 'output':
      case 'rewind':
      case 'trace':
        return;
    }
  }

  /** A question shows the call itself. */
  markShown(id: string): void {
    this.#shown.add(id);
  }

  #speak(type: 'text' | 'reasoning', delta: string): void {
    const { interactive, style } = this.#screen;
    if (type === 'reasoning' && !interactive) return;
    if (this.#speaking !== type) this.#endSpeech();
    this.#speaking = type;
    const text = visibleSpeech(delta);
    if (type === 'reasoning') return this.#screen.write(style.dim(text));
    if (!this.#screen.showsMarkdown) return this.#screen.write(text);
    this.#markdown ??= new Markdown(this.#screen);
    this.#markdown.add(text);
  }

  #endSpeech(): void {
    this.#markdown?.end();
    this.#markdown = undefined;
    this.#speaking = undefined;
    this.#screen.endLine();
  }

  /** The event says what happened, the conversation knows the whole call. */
  #moved({ id, state }: Pick<ToolCall, 'id' | 'state'>): void {
    const call = this.#conversation.findCall(id);
    if (!call) return;
    switch (state) {
      case 'running':
        return this.#showCall(call);
      case 'completed':
      case 'failed':
      case 'denied':
      case 'rejected':
      case 'cancelled':
        this.#showCall(call);
        return this.#showResult(call);
      default:
        return;
    }
  }

  /** Where no line can be drawn anew, only the first one of a call. */
  #progress({ id, name, progress }: ChatEvent & { type: 'tool-progress' }): void {
    if (this.#screen.isAnimated) return;
    const text = typeof progress === 'string' ? visible(progress) : visibleJson(progress);
    if (!this.#reporting.has(id)) this.#screen.note(`  ${visible(name)}: ${text}`);
    this.#reporting.add(id);
  }

  /** What waits for a time: told once, and again when there is nobody else to wait for. */
  #paused({ approvals, questions, external, inDoubt, scheduled }: PausedEvent): void {
    const onlyTime = approvals.length + questions.length + external.length + inDoubt.length === 0;
    for (const { call: id, at } of scheduled) {
      const call = this.#conversation.findCall(id);
      const key = `${id} ${at}`;
      if (!call || (this.#timed.has(key) && !onlyTime)) continue;
      this.#timed.add(key);
      this.#showCall(call);
      this.#screen.note(`  ${timeText(call, at, this.#conversation.now())}`);
    }
  }

  #showCall(call: ToolCall): void {
    if (this.#shown.has(call.id)) return;
    this.#shown.add(call.id);
    const { width, style } = this.#screen;
    const [first = '', ...rest] = callText(call, { width: width - 3, all: false }).lines;
    this.#screen.line(`${style.cyan('>')} ${first}`);
    for (const line of rest) this.#screen.line(`  ${line}`);
  }

  #showResult(call: ToolCall): void {
    const { width } = this.#screen;
    const name = visible(call.name);
    this.#screen.note(`< ${name}: ${resultText(call, Math.max(20, width - name.length - 5))}`);
  }

  #done({ finish }: DoneEvent): void {
    this.#endSpeech();
    const cut = reasons[finish];
    if (cut !== undefined) this.#screen.note(cut);
  }

  #failed({ code, message }: ErrorEvent): void {
    this.#endSpeech();
    const { interactive } = this.#screen;
    if (code === 'aborted') return this.#screen.note(interactive ? '(stopped; Ctrl-C again leaves)' : '(stopped)');
    this.#screen.error(`Error: ${visible(message)}`);
    if (interactive) this.#screen.note('Nothing is lost: an empty line tries again.');
  }
}

/** What is shown in lines of its own, and what comes when the words are over. */
const breaksSpeech: ReadonlySet<ChatEvent['type']> = new Set<ChatEvent['type']>([
  'tool-input',
  'tool',
  'tool-progress',
  'warning',
  'file',
  'source',
  'data',
  'paused',
]);

function timeText({ name, state }: ToolCall, at: number, now: number): string {
  const what = state === 'approved' ? 'is approved, and starts at' : 'waits until';
  return `${visible(name)} ${what} ${clockText(at, now)}, in ${spanText(at - now)}`;
}

/** What is worth saying of how an answer ended. */
const reasons: Readonly<Partial<Record<DoneEvent['finish'], string>>> = {
  length: '(The answer was cut: it reached its length limit.)',
  'content-filter': "(The answer was cut by the provider's content filter.)",
  refusal: '(The model refused.)',
  'step-limit': '(It stopped here: it has called the model as often as it may in a row. An empty line lets it go on.)',
};
