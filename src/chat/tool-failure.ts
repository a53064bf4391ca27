import { ofAnyCopy } from '../conversation/any-copy.ts';

/**
 * Thrown by a tool that somebody else runs: what they say of its failure, for the model. Whether it took effect is not
 * said; with `lost`, nobody was left to say anything (rule E1).
 */
export class ToolFailure extends Error {
  readonly lost: boolean;

  constructor(message: string, { lost = false, ...options }: ErrorOptions & { readonly lost?: boolean } = {}) {
    super(message, options);
    this.name = 'ToolFailure';
    this.lost = lost;
  }
}

ofAnyCopy(ToolFailure, 'ToolFailure');
