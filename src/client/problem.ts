import { ChatError } from '../conversation/error.ts';
import type { ErrorCode } from '../conversation/error.ts';
import { isObject } from '../conversation/json.ts';
import { retryAfterOf } from '../wire/retry-after.ts';

/** The error that a refusal becomes (RFC 9457): `providerCode` is the server's own code, `requestId` finds it in its log. */
export async function problemOf(what: string, response: Response): Promise<ChatError> {
  const text = await response.text().catch(() => '');
  const { status, headers } = response;
  const { code, detail, errorId } = membersOf(text);
  const retryAfter = retryAfterOf(headers);
  const words = typeof detail === 'string' ? detail : plain(text);
  return new ChatError(codeOf(status), `${what}${words && `: ${words}`} (HTTP ${status})`, {
    status,
    retryable: status === 408 || status === 425 || status === 429 || status >= 500,
    ...(typeof code === 'string' && { providerCode: code }),
    ...(typeof errorId === 'string' && { requestId: errorId }),
    ...(retryAfter !== undefined && { retryAfter }),
  });
}

function membersOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

/** Whoever stands before a server may answer with a page. */
function plain(text: string): string {
  return text.trimStart().startsWith('<') ? '' : text.slice(0, 200).trim();
}

function codeOf(status: number): ErrorCode {
  if (status === 401 || status === 403) return 'auth';
  if (status === 408 || status === 504) return 'timeout';
  if (status === 429) return 'rate-limit';
  if (status === 503) return 'overloaded';
  return status >= 500 ? 'provider' : 'invalid-request';
}
