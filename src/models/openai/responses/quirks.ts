import type { Settings } from '../../../chat/model.ts';
import type { ModelId } from '../../connection.ts';

/** Where a server of Responses, or one of its models, differs (rule W2). Everything absent is OpenAI's way. */
export interface ResponsesQuirks {
  /**
   * How reasoning goes back. Default: encrypted and without its id, before what followed it, or not at all;
   * `as-it-came`: with its id, in clear too, wherever it stood.
   */
  readonly reasoningBack?: 'as-it-came';
  /** `false` for a model that does not think: it refuses to be asked for an effort or for encrypted reasoning. */
  readonly thinks?: false;
  /** Settings that the server would pass over in silence: they are not sent, and a warning says so. */
  readonly unknownSettings?: readonly (keyof Settings)[];
  /** Arguments that are not JSON go back as they came; default: as `{}`. */
  readonly brokenArguments?: 'verbatim';
  /** Where it gives a structured output by `text.format`. Default: `always`. */
  readonly output?: 'without-tools' | 'none';
}

/** One model behind one server of Responses: what requests and errors are made for. */
export interface ResponsesWire extends ModelId {
  readonly quirks: ResponsesQuirks;
}
