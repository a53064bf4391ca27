import { ChatError, messageOf } from '../../conversation/error.ts';
import type { ErrorCode } from '../../conversation/error.ts';
import type { Member } from './member.ts';

/** Why a member did not answer. */
export interface Failure {
  readonly member: Member;
  readonly error: ChatError;
  /** What it threw; absent where it was not asked, since it is down. */
  readonly thrown?: unknown;
  /** Milliseconds until it may be asked again; `undefined` when nothing is known. */
  readonly retryIn: number | undefined;
}

/** Failures of a server, whatever it was asked. */
const troubles: readonly ErrorCode[] = [
  'rate-limit',
  'overloaded',
  'network',
  'timeout',
  'provider',
  'invalid-response',
  'incomplete-response',
];

/** Whether an error says that a server is in trouble, and not the request. */
export function isTrouble({ code }: ChatError): boolean {
  return troubles.includes(code);
}

/** Whether another model may succeed where one did not. */
export function mayHelp(error: ChatError): boolean {
  return isTrouble(error) || error.code === 'unsupported' || error.code === 'context-length';
}

/** What was thrown, as an error of ours. */
export function errorFrom(thrown: unknown): ChatError {
  return thrown instanceof ChatError ? thrown : new ChatError('provider', messageOf(thrown), { cause: thrown });
}

/** What is known of a member that is down. */
export function downFailure(member: Member): Failure {
  // Only a member that is down refuses an attempt.
  const { error, retryIn } = member.breaker.down!;
  return { member, error, retryIn };
}

/** Why members did not answer, in words. */
export function reasonOf(failures: readonly Failure[]): string {
  return failures.map(inWords).join(' ');
}

function inWords({ member: { name }, error, retryIn, ...failure }: Failure): string {
  const said = /[.!?)]$/.test(error.message) ? error.message : `${error.message}.`;
  if ('thrown' in failure) return said.includes(name) ? said : `${name}: ${said}`;
  const time = retryIn === undefined ? 'while it is tried' : `for ${Math.ceil(retryIn / 1000)} s`;
  return `${name} is left alone ${time}, since it failed: ${said}`;
}

/**
 * What a router throws when nobody answered: what a single member threw, or the last error that may pass, with what
 * each member said. It may be tried again when one of them may, as soon as the first of them may.
 */
export function combined(failures: readonly Failure[]): unknown {
  const [first] = failures;
  if (failures.length === 1 && first && 'thrown' in first) return first.thrown;
  const passing = failures.filter((failure) => failure.error.retryable || !('thrown' in failure));
  const { error } = (passing.at(-1) ?? failures.at(-1))!;
  const retryAfter = Math.min(...passing.map(({ retryIn }) => retryIn ?? 0));
  return new ChatError(error.code, `No member of the router answered. ${reasonOf(failures)}`, {
    retryable: passing.length > 0,
    ...(passing.length > 0 && retryAfter > 0 && { retryAfter }),
    ...(error.status !== undefined && { status: error.status }),
    ...(error.providerCode !== undefined && { providerCode: error.providerCode }),
    ...(error.requestId !== undefined && { requestId: error.requestId }),
    cause: error,
  });
}
