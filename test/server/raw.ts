// HTTP as it goes over the wire, for what no client of HTTP says.
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';

/** A connection, and all that has come over it. */
export interface RawConnection {
  /** Hands over bytes as they are; nothing when the other side has gone. */
  say(text: string): void;
  /** What has come so far. */
  heard(): string;
  /** The other side has ended it; gives what had come. */
  readonly ended: Promise<string>;
  leave(): void;
}

/** Connects to an address of this machine, and says something. */
export async function connectTo(url: string, said = ''): Promise<RawConnection> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let text = '';
  socket.on('data', (bytes) => (text += bytes.toString('latin1')));
  // Who is cut off while it writes is told so by an error, too.
  socket.on('error', () => {});
  const ended = new Promise<string>((resolve) => socket.on('close', () => resolve(text)));
  await once(socket, 'connect');
  const say = (more: string): void => void (isOpen(socket) && socket.write(more, 'latin1'));
  say(said);
  return { say, heard: () => text, ended, leave: () => void socket.destroy() };
}

function isOpen({ writable, destroyed }: Socket): boolean {
  return writable && !destroyed;
}

/** Says a text a byte at a time, so slowly that its end never comes; gives what had come when the other side has had enough. */
export async function trickle({ say, ended }: RawConnection, text: string): Promise<string> {
  let at = 0;
  const timer = setInterval(() => at < text.length - 1 && say(text[at++]!), 5);
  try {
    return await ended;
  } finally {
    clearInterval(timer);
  }
}

/** What is answered to one text, until the other side ends the connection. */
export async function answerTo(url: string, text: string): Promise<string> {
  return (await connectTo(url, text)).ended;
}

/** The status of the first answer in a text; nothing where none came. */
export function statusIn(text: string): number | undefined {
  const [, status] = /^HTTP\/1\.1 (\d{3})/.exec(text) ?? [];
  return status === undefined ? undefined : Number(status);
}
