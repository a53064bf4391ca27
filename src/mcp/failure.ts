import { ProtocolError, SdkError, SdkErrorCode, SdkHttpError } from '@modelcontextprotocol/client';
import { ToolFailure } from '../chat/tool-failure.ts';
import { ToolError } from '../chat/tool.ts';
import { ChatError } from '../conversation/error.ts';
import { isObject } from '../conversation/json.ts';
import { httpFailureOf } from './http-failure.ts';
import { cut } from './result.ts';

const unreached: ReadonlySet<unknown> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH']);

/** What an error of a call means: only where nothing reached the server is it certain that nothing took effect (rule E1). */
export function failureOf(error: unknown, server: string): unknown {
  if (error instanceof ProtocolError) return new ToolFailure(cut(error.message), { cause: error });
  const http = httpFailureOf(error);
  if (http) {
    const did = `its server ${server} ${http.did}`;
    return http.isUnread ? new ToolError(did) : new ToolFailure(did);
  }
  const code = networkCodeOf(error);
  if (unreached.has(code)) return notReached(server, error);
  const isClosed = error instanceof SdkError && error.code === SdkErrorCode.ConnectionClosed;
  if (isClosed || code !== undefined) {
    return new ToolFailure(`its server ${server} went away while it ran`, { lost: true, cause: error });
  }
  return error;
}

/** The request was never sent. */
export function notReached(server: string, cause: unknown): ToolError {
  const isRefused = cause instanceof ChatError && cause.code === 'auth';
  return new ToolError(`its server ${server} ${isRefused ? 'did not let us in' : 'cannot be reached'}`, {
    cause,
  });
}

/** Whether a server has forgotten the session that a request named: it refused it unread. */
export function isForgotten(error: unknown): boolean {
  return error instanceof SdkHttpError && (error.status === 404 || error.status === 400);
}

/** Why `fetch` failed, where it was the line: its own error says only that it did. */
function networkCodeOf(error: unknown): unknown {
  const cause = error instanceof TypeError ? error.cause : undefined;
  return isObject(cause) ? cause['code'] : undefined;
}
