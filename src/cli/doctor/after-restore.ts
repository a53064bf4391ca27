import { afterRestore } from '../../runtime/after-restore.ts';
import { count, visible } from '../../wire/plain-text.ts';
import { openDatabase } from '../thread/database.ts';
import { placeText } from '../thread/place.ts';
import type { Place } from '../thread/place.ts';

/** `yourcall doctor --after-restore`: puts threads in order whose database was set back. Gives the exit code. */
export async function putInOrder(
  place: Place,
  { force, json }: { readonly force: boolean; readonly json: boolean },
): Promise<number> {
  const { store } = await openDatabase(place, { mustExist: true });
  try {
    const restored = await afterRestore(store, { force });
    if (json) console.log(JSON.stringify(restored));
    else for (const line of linesOf(restored, visible(placeText(place)))) console.log(line);
    return 0;
  } finally {
    await store.close();
  }
}

function linesOf({ threads, calls }: { threads: number; calls: number }, where: string): readonly string[] {
  const taken = `${count(threads, 'thread')} in ${where}: no process from before the restore can write to them any more.`;
  if (calls === 0) return [taken, 'No call had to be put in doubt.'];
  return [
    taken,
    `${count(calls, 'call')} may have been started since: put in doubt.`,
    'Where a tool has a check it is asked as soon as somebody works; yourcall inbox asks about the others.',
  ];
}
