import type { Model } from '../chat/model.ts';
import type { ChosenModel } from '../models/default/index.ts';
import { checkModel, chooseModel } from './chosen-model.ts';

/** Which model is asked; another one may be taken in the middle of a talk. */
export class ModelChoice {
  readonly #pace: number;
  #chosen: ChosenModel;
  /** As it was named: nothing when it was not. */
  #name: string | undefined;
  #baseURL: string | undefined;

  constructor(chosen: ChosenModel, named: { name: string | undefined; baseURL: string | undefined; pace: number }) {
    this.#chosen = chosen;
    this.#name = named.name;
    this.#baseURL = named.baseURL;
    this.#pace = named.pace;
  }

  get chosen(): ChosenModel {
    return this.#chosen;
  }

  get model(): Model {
    return this.#chosen.model;
  }

  /** `provider/name`. */
  get name(): string {
    return `${this.model.provider}/${this.model.id}`;
  }

  /** The options that lead back to it. */
  get options(): Readonly<Record<string, string | undefined>> {
    return { '--model': this.#name, '--base-url': this.#baseURL };
  }

  /**
   * Takes another one, `provider/name`, from the next call on. Another model of the server that was named is asked there, too,
   * unless an address says otherwise. Throws `ChatError` when there is none of that name, or its key is missing.
   */
  async take(name: string, address?: string): Promise<void> {
    const isSame = this.#baseURL !== undefined && name.startsWith(`${this.model.provider}/`);
    const baseURL = address ?? (isSame ? this.#baseURL : undefined);
    const named = { model: name, ...(baseURL !== undefined && { 'base-url': baseURL }) };
    checkModel(named);
    this.#chosen = await chooseModel(named, this.#pace);
    this.#name = name;
    this.#baseURL = baseURL;
  }
}
