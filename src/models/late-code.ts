import { ChatError } from '../conversation/error.ts';

/** Code that comes with a first call, and not with the import of its entry. */
export interface LateCode<Code> {
  /** Absent until it is there. */
  readonly code: Code | undefined;
  /** Loads it; after a failure the next one tries again. */
  load(): Promise<Code>;
}

/** Code that an import gives. What was loaded stays, and is then there without waiting. */
export function lateCode<Code>(load: () => Promise<Code>): LateCode<Code> {
  let code: Code | undefined;
  return {
    get code() {
      return code;
    },
    async load() {
      return (code ??= await load());
    },
  };
}

/** What waits for code. */
export interface Waiting {
  /** What is done, for the error's message: `Asking openai/gpt-5`. */
  readonly what: string;
  readonly signal?: AbortSignal | undefined;
}

/** Waits for code. Throws the signal's reason when aborted, and `ChatError` `network`, retryable, when none comes. */
export async function arrived<Code>(late: LateCode<Code>, { what, signal }: Waiting): Promise<Code> {
  signal?.throwIfAborted();
  try {
    return await unlessStopped(late.load(), signal);
  } catch (cause) {
    signal?.throwIfAborted();
    throw new ChatError('network', `${what}: its code could not be loaded.`, { retryable: true, cause });
  }
}

/** An import cannot be stopped, but nobody need wait for it. */
function unlessStopped<Code>(loading: Promise<Code>, signal: AbortSignal | undefined): Promise<Code> {
  if (!signal) return loading;
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
    void loading.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
