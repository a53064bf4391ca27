import { ChatError } from '../../conversation/error.ts';
import { defaultModel, modelByKey } from '../../models/default/index.ts';
import { messageOf } from '../sentence.ts';

/** The model that is taken when none is named. */
export interface UsualModel {
  /** `provider/model`; absent where it is not known. */
  readonly model?: string;
  readonly because: string;
}

/** Looks for it as the chat does; offline only at the keys. */
export async function usualModel(offline: boolean, fetch?: typeof globalThis.fetch): Promise<UsualModel> {
  try {
    const chosen = offline ? modelByKey() : await defaultModel({ ...(fetch && { fetch }) });
    if (!chosen) return { because: 'a server on this machine if one answers, else the built-in demo' };
    const { model, because } = chosen;
    return { model: `${model.provider}/${model.id}`, because };
  } catch (error) {
    if (error instanceof ChatError) return { because: messageOf(error) };
    throw error;
  }
}
