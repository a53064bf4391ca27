import type { ElicitRequestParams, ElicitResult } from '@modelcontextprotocol/client';
import { orderedJson, sha256 } from '../conversation/digest.ts';
import type { Json } from '../conversation/json.ts';
import { askedBy } from './elicitation.ts';
import type { Asked } from './elicitation.ts';

/** Who answers what a server asks while a call is open; see `asksFirst`. */
export interface Answering {
  /** Settles with the first question that has no answer yet. */
  readonly question: Promise<Asked>;
  answer(params: ElicitRequestParams): ElicitResult;
}

/** Answers what was answered before; what was not ends the call. */
export function answering(before: Readonly<Record<string, Json>>): Answering {
  const { promise: question, resolve } = Promise.withResolvers<Asked>();
  return {
    question,
    answer(params) {
      const key = keyOf(params);
      if (Object.hasOwn(before, key)) {
        // It was checked against the schema of this very question.
        return { action: 'accept', content: before[key] as NonNullable<ElicitResult['content']> };
      }
      resolve({ ...askedBy({ [key]: { method: 'elicitation/create', params } }), before });
      return { action: 'cancel' };
    },
  };
}

/** The same question is known by what it says. */
function keyOf(params: ElicitRequestParams): string {
  const asked = 'url' in params ? [params.message, params.url] : [params.message, params.requestedSchema];
  return sha256(orderedJson(asked)).slice(0, 16);
}
