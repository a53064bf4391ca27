import type { InputRequest, InputResponse, ElicitResult } from '@modelcontextprotocol/client';
import { ToolFailure } from '../chat/tool-failure.ts';
import type { JsonObject } from '../conversation/json.ts';
import type { SamplingRequest } from './offer.ts';
import { cut } from './result.ts';
import { rootsOf } from './roots.ts';
import { sampled, samplingRequestOf, shownOf, verdictOn } from './sampling.ts';
import type { ServerSettings } from './server-config.ts';

/** One thing that a server wants before it goes on. */
export interface Ask {
  readonly key: string;
  /** For a person; empty where none is asked. */
  readonly message: string;
  readonly for: Wanted;
}

/** The shape of a person's answer; where they are to go; what a model is to be asked, perhaps after they said yes; or roots. */
type Wanted =
  | { readonly schema: JsonObject }
  | { readonly url: string }
  | { readonly sampling: SamplingRequest; readonly isAllowed: boolean }
  | { readonly roots: true };

/** What a server may ask for beside a person's answer. */
export type Given = Pick<ServerSettings, 'roots' | 'sampling'>;

/** Reads what a server wants. Throws `ToolFailure` when that is not given here. */
export async function askOf(key: string, request: InputRequest, given: Given): Promise<Ask> {
  switch (request.method) {
    case 'elicitation/create': {
      const { params } = request;
      const message = cut(params.message);
      if ('url' in params) return { key, message, for: { url: params.url } };
      // What came over the wire is JSON.
      return { key, message, for: { schema: params.requestedSchema as JsonObject } };
    }
    case 'sampling/createMessage': {
      const { sampling } = given;
      if (!sampling) throw notGiven(request.method);
      const wanted = samplingRequestOf(request.params, sampling);
      const verdict = await verdictOn(wanted, sampling);
      if (verdict === 'deny') throw new ToolFailure('its server may not ask the model for that');
      const isAllowed = verdict === 'allow';
      return { key, message: isAllowed ? '' : shownOf(wanted, sampling), for: { sampling: wanted, isAllowed } };
    }
    case 'roots/list':
      if (!given.roots) throw notGiven(request.method);
      return { key, message: '', for: { roots: true } };
  }
}

/** Whether nothing is to be found out of a person. */
export function needsNobody({ for: wanted }: Ask): boolean {
  return 'roots' in wanted || ('sampling' in wanted && wanted.isAllowed);
}

/** What the server is given; `answer` is a person's, which was looked at. Throws `ToolFailure` when it is not to be had. */
export async function responseTo(
  { for: wanted }: Ask,
  { answer, given, signal }: { readonly answer?: unknown; readonly given: Given; readonly signal: AbortSignal },
): Promise<InputResponse> {
  if ('url' in wanted) return { action: 'accept' };
  if ('schema' in wanted) return { action: 'accept', content: answer as NonNullable<ElicitResult['content']> };
  // Asked in another process, which may have been given what this one is not.
  if ('roots' in wanted) {
    if (!given.roots) throw notGiven('roots/list');
    return rootsOf(given.roots);
  }
  if (!given.sampling) throw notGiven('sampling/createMessage');
  return sampled(wanted.sampling, given.sampling, signal);
}

function notGiven(method: string): ToolFailure {
  return new ToolFailure(`its server wants ${method}, which is not given here`);
}
