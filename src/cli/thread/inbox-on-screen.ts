import { constants } from 'node:os';
import { count } from '../../wire/plain-text.ts';
import { FullScreen } from '../full-screen/full-screen.ts';
import type { Deciders } from '../inbox/deciding.ts';
import { InboxScreen } from '../inbox/inbox-screen.ts';
import type { WaitingCalls } from '../inbox/waiting-calls.ts';
import { styleOf } from '../style.ts';

/** What waits somewhere, and who decides about it. */
export interface InboxPlace {
  readonly calls: WaitingCalls;
  readonly decider: Deciders;
  /** Of whom and where, such as ` for ann in app.db`. */
  readonly place: string;
  /** Milliseconds by which the clock there is ahead of ours. */
  readonly ahead: number;
  /** Who does what follows from decisions. */
  readonly follows: string;
}

/** Shows what waits on the whole screen until the person leaves; `problems` are told then. Gives the exit code. */
export async function onScreen({ ahead, follows, ...about }: InboxPlace, problems: readonly string[]): Promise<number> {
  const style = styleOf(process.stdout, process.env);
  let exitCode = 0;
  const screen = new FullScreen({
    key: (key) => inbox.key(key),
    paste: (text) => inbox.paste(text),
    resize: () => inbox.draw(),
    signal: (name) => {
      exitCode = 128 + constants.signals[name];
      inbox.leave();
    },
  });
  const inbox = new InboxScreen({ screen, style, ...about, now: () => Date.now() + ahead });
  const decided = await inbox.run().finally(() => screen.close());
  for (const sentence of new Set(problems)) console.error(sentence);
  if (decided > 0) console.log(style.dim(`${count(decided, 'call')} decided. ${follows}`));
  return exitCode;
}
