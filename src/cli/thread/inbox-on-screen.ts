import { constants } from 'node:os';
import { count, visible } from '../../wire/plain-text.ts';
import { FullScreen } from '../full-screen/full-screen.ts';
import { InboxScreen } from '../inbox/inbox-screen.ts';
import { waitingCalls } from '../inbox/waiting-calls.ts';
import { styleOf } from '../style.ts';
import type { Database } from './database.ts';
import { Decider } from './decider.ts';
import type { Deciding } from './decider.ts';
import type { Persona } from './persona.ts';
import { placeText } from './place.ts';

/** Shows what waits on the whole screen until the person leaves. Gives the exit code. */
export async function onScreen(
  database: Database,
  persona: Persona,
  known: Pick<Deciding, 'rules' | 'mcp'>,
): Promise<number> {
  const { store, place } = database;
  const { isNamed, ...person } = persona;
  const ahead = (await store.now()) - Date.now();
  const style = styleOf(process.stdout, process.env);
  const whose = isNamed && person.by !== undefined ? ` for ${visible(person.by)}` : '';
  const problems: string[] = [];
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
  const inbox = new InboxScreen({
    screen,
    style,
    calls: waitingCalls(store, { tenant: place.tenant, ...(isNamed && { person }) }),
    decider: new Decider(database, person, { ...known, report: (sentence) => void problems.push(sentence) }),
    place: `${whose} in ${visible(placeText(place))}`,
    now: () => Date.now() + ahead,
  });
  const decided = await inbox.run().finally(() => screen.close());
  for (const sentence of new Set(problems)) console.error(sentence);
  if (decided > 0) {
    const text = 'What follows is done by a terminal that has the thread open, or by yourcall work in its folder.';
    console.log(style.dim(`${count(decided, 'call')} decided. ${text}`));
  }
  return exitCode;
}
