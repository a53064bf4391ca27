import { outputTool } from './output.ts';
import { PartialJson } from './partial-json.ts';

/** A structured output while a model writes it: as its text where that was asked for, else as the arguments of a call. */
export class GrowingOutput {
  readonly #isText: boolean;
  readonly #json = new PartialJson();

  constructor(isText: boolean) {
    this.#isText = isText;
  }

  /** Takes a piece of text, or of the arguments of a call; gives the output so far, when there is something new to tell. */
  grow(delta: string, call?: string): unknown {
    return this.#isOutput(call) ? this.#json.grow(delta) : undefined;
  }

  /** A call is whole, or the answer is: gives what the last pieces changed. What comes then is another output. */
  end(call?: string): unknown {
    return this.#isText || call === undefined || this.#isOutput(call) ? this.#json.end() : undefined;
  }

  #isOutput(call: string | undefined): boolean {
    return this.#isText ? call === undefined : call === outputTool;
  }
}
