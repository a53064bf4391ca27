import type { ModelRequest } from './model.ts';
import { outputTool } from './output.ts';
import { PartialJson } from './partial-json.ts';
import { fromObject, isInObject } from './whole-output.ts';

/** A structured output while a model writes it: as its text where that was asked for, else as the arguments of a call. */
export class GrowingOutput {
  readonly #isText: boolean;
  readonly #isInObject: boolean;
  readonly #json = new PartialJson();

  constructor({ output, tools }: Pick<ModelRequest, 'output' | 'tools'>) {
    this.#isText = output !== undefined;
    const asked = output?.schema ?? tools.find(({ name }) => name === outputTool)?.inputSchema;
    this.#isInObject = isInObject(asked);
  }

  /** Takes a piece of text, or of the arguments of a call; gives the output so far, when there is something new to tell. */
  grow(delta: string, call?: string): unknown {
    return this.#isOutput(call) ? this.#told(this.#json.grow(delta)) : undefined;
  }

  /** A call is whole, or the answer is: gives what the last pieces changed. What comes then is another output. */
  end(call?: string): unknown {
    return this.#isText || call === undefined || this.#isOutput(call) ? this.#told(this.#json.end()) : undefined;
  }

  #told(value: unknown): unknown {
    return this.#isInObject ? fromObject(value) : value;
  }

  #isOutput(call: string | undefined): boolean {
    return this.#isText ? call === undefined : call === outputTool;
  }
}
