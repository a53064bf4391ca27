import { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { PasteReader, pasteMarks } from './paste.ts';

/** The keys of a terminal, for a line editor. What is pasted is told apart from them. */
export class Keyboard extends Readable {
  readonly isTTY = true;
  readonly #terminal: NodeJS.ReadStream;
  readonly #marks: NodeJS.WriteStream | undefined;
  readonly #onPaste: (text: string) => void;
  readonly #decoder = new StringDecoder('utf8');
  readonly #reader = new PasteReader();

  /** `marks` is the terminal that can be asked to mark what is pasted. */
  constructor(from: {
    readonly terminal: NodeJS.ReadStream;
    readonly marks: NodeJS.WriteStream | undefined;
    readonly onPaste: (text: string) => void;
  }) {
    super();
    this.#terminal = from.terminal;
    this.#marks = from.marks;
    this.#onPaste = from.onPaste;
    from.terminal.on('data', this.#take).on('end', this.#end);
    this.mark(true);
    process.on('exit', this.#unmark);
  }

  setRawMode(isRaw: boolean): this {
    this.#terminal.setRawMode(isRaw);
    return this;
  }

  /** Asks for the marks, or not to send them any more. */
  mark(isWanted: boolean): void {
    this.#marks?.write(isWanted ? pasteMarks.on : pasteMarks.off);
  }

  stop(): void {
    this.mark(false);
    process.off('exit', this.#unmark);
    this.#terminal.off('data', this.#take).off('end', this.#end);
    this.#terminal.destroy();
  }

  /** Keys come when they are pressed, whoever reads. */
  override _read(): void {}

  readonly #take = (data: Buffer | string): void => {
    for (const { type, text } of this.#reader.take(typeof data === 'string' ? data : this.#decoder.write(data))) {
      if (type === 'paste') this.#onPaste(text);
      else this.push(text);
    }
  };

  readonly #end = (): void => {
    this.push(null);
  };

  /** However the program ends, the shell after it is not sent marks. */
  readonly #unmark = (): void => this.mark(false);
}
