/** How long a Postgres is waited for that neither answers nor breaks, in milliseconds. */
export interface Patience {
  /** For the answer to one query. A lock is waited for less long. */
  readonly answer: number;
  /** How often it is tried whether whoever listens still hears. */
  readonly hearing: number;
}

/** What holds where nothing else is said. */
export const usualPatience: Patience = { answer: 20_000, hearing: 30_000 };

/**
 * Waits for an answer, but not for ever: behind a firewall that has forgotten a connection, or a machine that was frozen,
 * nothing comes any more, and nobody ends it for as long as hours. What it throws passes, as when the connection had broken.
 */
export async function within<Answer>(milliseconds: number, answer: Promise<Answer>): Promise<Answer> {
  if (milliseconds === Infinity) return answer;
  const late = Promise.withResolvers<never>();
  // An answer that came while this process stood still is read first.
  const end = (): void => void setImmediate(() => late.reject(silence(milliseconds)));
  const timer = setTimeout(end, milliseconds);
  return Promise.race([answer, late.promise]).finally(() => clearTimeout(timer));
}

/** Whether nothing came. */
export function isSilence(error: unknown): boolean {
  return silences.has(error as Error);
}

const silences = new WeakSet<Error>();

function silence(milliseconds: number): Error {
  const error = Object.assign(new Error(`it has not answered for ${milliseconds} ms`), { code: 'ETIMEDOUT' });
  silences.add(error);
  return error;
}
