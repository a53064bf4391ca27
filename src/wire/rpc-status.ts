import { isObject } from '../conversation/json.ts';

/** What stands in the details of a `google.rpc.Status`. */
export interface RpcDetails {
  /** Milliseconds to wait before the next try. */
  readonly retryAfter: number | undefined;
  /** Reasons and quotas, as Google names them: `API_KEY_INVALID`, `GenerateRequestsPerDayPerProject`. */
  readonly words: string;
}

/** Reads the details of an error of Google, wherever it stands: `{ error: { details } }`, in a list, or by itself. */
export function rpcDetails(value: unknown): RpcDetails {
  const error = Array.isArray(value) ? (value[0] as unknown) : value;
  if (!isObject(error)) return nothing;
  const inner = isObject(error['error']) ? error['error'] : error;
  const details = listOf(inner['details']);
  if (details.length === 0) return nothing;
  const words = details.flatMap(({ reason, violations }) => [
    reason,
    ...listOf(violations).map(({ quotaId }) => quotaId),
  ]);
  const delay = details.map(({ retryDelay }) => retryDelay).find((one) => typeof one === 'string');
  const seconds = Number.parseFloat(delay ?? '');
  return {
    retryAfter: seconds >= 0 && seconds < Infinity ? Math.ceil(seconds * 1000) : undefined,
    words: words.filter((word) => typeof word === 'string').join(' '),
  };
}

const nothing: RpcDetails = { retryAfter: undefined, words: '' };

function listOf(value: unknown): readonly Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
