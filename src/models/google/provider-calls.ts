import type { ModelCall, ModelEvent, ProviderToolDeclaration } from '../../chat/model.ts';
import { isObject } from '../../conversation/json.ts';
import type { Json } from '../../conversation/json.ts';
import type { ModelId } from '../connection.ts';

type Members = Readonly<Record<string, unknown>>;

/** A call that Google runs and whose result has not come yet. */
interface OpenCall {
  readonly key: number;
  readonly id: string | undefined;
  /** The parts of the wire, as they came: they go back together. */
  readonly parts: readonly Json[];
}

/** What is known of the request: whose calls are whose. */
export interface ProviderCallsOptions {
  readonly model: ModelId;
  readonly tools: readonly ProviderToolDeclaration[];
  newKey(): number;
}

/** Reads the calls of Google's own tools, and what came of them: each call keeps its parts for the next request. */
export class ProviderCalls {
  readonly #options: ProviderCallsOptions;
  readonly #open: OpenCall[] = [];
  readonly #seen = new Set<string>();

  constructor(options: ProviderCallsOptions) {
    this.#options = options;
  }

  /** Whether something still runs there. */
  get isRunning(): boolean {
    return this.#open.length > 0;
  }

  /** Whether a call of this tool was told. */
  has(kind: string): boolean {
    return this.#seen.has(kind);
  }

  /** Takes a part of such a tool. Parts of other kinds say nothing here. */
  take(part: Members, events: ModelEvent[]): void {
    const { executableCode: code, codeExecutionResult: ran, toolCall: call, toolResponse: response } = part;
    if (isObject(code)) {
      const { id, ...input } = code;
      this.#begin('codeExecution', { part, id, input }, events);
    } else if (isObject(ran)) {
      const { id, ...output } = ran;
      const isError = ran['outcome'] !== 'OUTCOME_OK' && ran['outcome'] !== 1;
      this.#end({ part, id, output, isError }, events);
    } else if (isObject(call)) {
      const { id, args = {}, toolType } = call;
      this.#begin(kindOf(toolType), { part, id, input: args }, events);
    } else if (isObject(response)) {
      this.#end({ part, id: response['id'], output: response['response'] ?? {} }, events);
    } else if (isObject(part['functionResponse'])) {
      const { id, response: output } = part['functionResponse'];
      this.#end({ part, id, output: output ?? {} }, events);
    }
  }

  /** A function call that a server behind Google runs. */
  adopt(call: ModelCall, part: Members): ModelCall {
    const key = this.#options.newKey();
    const { provider, model } = this.#options.model;
    // It was parsed from JSON.
    const parts = [part as Json];
    this.#open.push({ key, id: call.id, parts });
    return { ...call, key, providerExecuted: true, origin: { provider, model, data: { parts } } };
  }

  /** A call of which the answer only says that it happened, with its result: nothing of it goes back. */
  tell(
    kind: string,
    { input, output }: { readonly input: unknown; readonly output: unknown },
    events: ModelEvent[],
  ): void {
    const key = this.#options.newKey();
    this.#seen.add(kind);
    events.push(
      { type: 'call', key, name: this.#nameOf(kind), arguments: JSON.stringify(input), providerExecuted: true },
      // It was parsed from JSON.
      { type: 'result', key, output: output as Json },
    );
  }

  #nameOf(kind: string): string {
    const { tools, model } = this.#options;
    return tools.find((tool) => tool.provider === model.provider && tool.kind === kind)?.name ?? kind;
  }

  #begin(
    kind: string,
    { part, id, input }: { part: Members; id: unknown; input: unknown },
    events: ModelEvent[],
  ): void {
    const { model: origin, newKey } = this.#options;
    const { provider, model } = origin;
    const call = { key: newKey(), id: typeof id === 'string' ? id : undefined, parts: [part as Json] };
    this.#open.push(call);
    this.#seen.add(kind);
    events.push({
      type: 'call',
      key: call.key,
      ...(call.id !== undefined && { id: call.id }),
      name: this.#nameOf(kind),
      arguments: JSON.stringify(input),
      providerExecuted: true,
      origin: { provider, model, data: { parts: call.parts } },
    });
  }

  /** The result of the call with this id, or where there are no ids of the one that is open. */
  #end(
    { part, id, output, isError }: { part: Members; id: unknown; output: unknown; isError?: boolean },
    events: ModelEvent[],
  ): void {
    const place = this.#open.findIndex((call) => id === undefined || call.id === id);
    const [call] = place < 0 ? [] : this.#open.splice(place, 1);
    if (!call) return;
    const { provider, model } = this.#options.model;
    events.push({
      type: 'result',
      key: call.key,
      // It was parsed from JSON.
      output: output as Json,
      ...(isError && { isError }),
      origin: { provider, model, data: { parts: [...call.parts, part as Json] } },
    });
  }
}

/** The tool of a `toolType`, as it is declared. */
function kindOf(toolType: unknown): string {
  const type = typeof toolType === 'string' ? toolType : '';
  if (type.startsWith('GOOGLE_SEARCH')) return 'googleSearch';
  return type.toLowerCase().replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}
