import type { CallState } from '../conversation/tool-call.ts';

/** States of calls that may have been started since what is stored was stored, where that was set back (rule E8). */
export const unsureStates: readonly CallState[] = ['approved', 'running'];
