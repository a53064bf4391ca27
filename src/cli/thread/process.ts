import { hostname } from 'node:os';
import { visible } from '../../wire/plain-text.ts';
import { messageOf } from '../sentence.ts';
import { userName } from '../user-name.ts';

/** How long a thread is this process's without a sign of life, in milliseconds: as long as its next start waits after a kill. */
export const lease = 5_000;

/** Names this process to whoever asks who has a thread. */
export function processName(): string {
  return `${userName() ?? 'somebody'}@${hostname()}:${process.pid}`;
}

/** Tells errors that no caller hears of; the same one again, as of a database that is away, is told once. */
export function toldOnce(tell: (sentence: string) => void): (error: unknown) => void {
  let last = '';
  return (error) => {
    const sentence = `Error: ${visible(messageOf(error))}.`;
    if (sentence !== last) tell(sentence);
    last = sentence;
  };
}

/** Aborted by Ctrl-C and by whoever ends this process. */
export function toldToStop(): AbortSignal {
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  process.once('SIGINT', stop).once('SIGTERM', stop).once('SIGHUP', stop);
  return controller.signal;
}
