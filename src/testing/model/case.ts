import type { Model, Settings } from '../../chat/model.ts';

/**
 * What the provider behind a model has to do in a case: say some text, call the tool it is given, end in the middle
 * of an answer, or begin and never end.
 */
export type ModelScenario = 'text' | 'call' | 'cut' | 'endless';

/** Makes a model whose provider does what the scenario wants: a scripted server, a recorded answer, or a real one that is asked nicely. */
export type MakeModel = (scenario: ModelScenario) => Model | Promise<Model>;

/** What is known of the model beside its code. */
export interface ModelCaseOptions {
  /** What cannot be had of this provider; its cases are left out. A real provider is seldom cut, a model without tools calls none. */
  readonly without?: readonly Exclude<ModelScenario, 'text'>[];
  /** The words that make it answer with text, and those that make it call the tool `add`. */
  readonly words?: { readonly text?: string; readonly call?: string };
  /** A setting that the wire cannot honour: a warning has to tell. */
  readonly unsupported?: Settings;
  /** A model whose provider refuses the request, as with a wrong key; and texts that its error must not tell. */
  readonly refused?: () => Model | Promise<Model>;
  readonly secrets?: readonly string[];
  /** Whether it warns of tools that run at another provider. A model of a real provider has to. Default: false. */
  readonly warnsOfProviderTools?: boolean;
  /** How much is open now: connections, readers, timers. It has to be 0 after each answer. */
  readonly open?: () => number;
  /** Whether the same request gets the same answer. Default: true; a real model is not so. */
  readonly deterministic?: boolean;
  /** Milliseconds that one case may take. Default: 10,000. */
  readonly timeout?: number;
}

/** One thing that is true of every model. `run` throws an error that says what is wrong. */
export interface ModelCase {
  readonly name: string;
  readonly run: () => Promise<void>;
}

/** What a case works with. */
export interface ModelUnderTest {
  readonly make: MakeModel;
  readonly options: ModelCaseOptions;
  readonly words: { readonly text: string; readonly call: string };
}
