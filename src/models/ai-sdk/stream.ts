import type { ModelEvent } from '../../chat/model.ts';
import { ChatError } from '../../conversation/error.ts';
import type { SourcePart } from '../../conversation/part.ts';
import { Blocks } from './blocks.ts';
import { originFor } from './bridge.ts';
import type { Bridge, OriginData } from './bridge.ts';
import { Calls } from './calls.ts';
import { failureOf } from './failure.ts';
import type { FailurePlace } from './failure.ts';
import { madeSource } from './file.ts';
import { finishReasonOf } from './finish.ts';
import type { FileStreamPart, SdkWarning, SourceStreamPart, StreamPart } from './language-model.ts';
import { usageOf } from './usage.ts';

/** What an answer is read with. */
export interface AnswerPlace extends FailurePlace {
  readonly bridge: Bridge;
  /** Earlier calls that the provider runs, of which nothing came yet: what comes of them is told, not that they are called. */
  readonly open: ReadonlyMap<string, OriginData>;
}

/** Makes events of the parts of one stream. Parts of a kind that is not known here are passed over. */
export class PartDecoder {
  readonly #place: AnswerPlace;
  readonly #blocks: Blocks;
  readonly #calls: Calls;
  #model: string | undefined;
  #responseId: string | undefined;
  #finish: (StreamPart & { readonly type: 'finish' }) | undefined;

  constructor(place: AnswerPlace) {
    this.#place = place;
    this.#blocks = new Blocks(place.bridge);
    this.#calls = new Calls(place);
  }

  /** Whether a finish was told; what follows it says no more of the answer than an error. */
  get isFinished(): boolean {
    return this.#finish !== undefined;
  }

  /** Throws the error that a part tells. */
  push(part: StreamPart, events: ModelEvent[]): void {
    if (part.type !== 'tool-approval-request') this.#calls.release(events);
    switch (part.type) {
      case 'stream-start':
        for (const warning of part.warnings ?? []) events.push(warningOf(warning));
        return;
      case 'response-metadata':
        this.#model = part.modelId ?? this.#model;
        this.#responseId = part.id ?? this.#responseId;
        return;
      case 'text-start':
      case 'reasoning-start':
      case 'text-delta':
      case 'reasoning-delta':
      case 'text-end':
      case 'reasoning-end':
        return this.#blocks.push(part, events);
      case 'tool-input-start':
      case 'tool-input-delta':
      case 'tool-input-end':
      case 'tool-call':
      case 'tool-result':
      case 'tool-approval-request':
        return this.#calls.push(part, events);
      case 'source':
        events.push({ type: 'part', value: sourceOf(part, this.#place.bridge) });
        return;
      case 'file':
      case 'reasoning-file':
        return this.#file(part, events);
      case 'custom': {
        const { provider, model } = this.#place.bridge;
        const data = { provider, model, providerMetadata: part.providerMetadata ?? {} };
        events.push({ type: 'part', value: { type: 'data', name: part.kind, data } });
        return;
      }
      case 'finish':
        this.#finish = part;
        return;
      case 'error':
        throw failureOf(part.error, this.#place);
      case 'raw':
      case 'ping':
        return;
    }
  }

  /** The stream is over. Without a finish that says so, the answer was cut. */
  end(events: ModelEvent[]): void {
    const { usage, finishReason } = this.#finish ?? {};
    const reason = finishReason && finishReasonOf(finishReason, this.#calls.wereMade);
    const failed = finishReason?.unified === 'error' && finishReason.raw === undefined;
    this.#calls.end(reason === undefined || reason === 'length' || failed, events);
    const counted = usage && usageOf(usage);
    if (counted) events.push({ type: 'usage', usage: counted });
    if (failed) throw new ChatError('provider', `${this.#place.what}: the answer failed.`, { retryable: true });
    if (reason === undefined) return;
    const { raw } = finishReason!;
    events.push({
      type: 'finish',
      reason,
      ...(raw !== undefined && { raw }),
      ...(this.#model !== undefined && { model: this.#model }),
      ...(this.#responseId !== undefined && { responseId: this.#responseId }),
    });
  }

  #file({ type, mediaType, data, providerMetadata }: FileStreamPart, events: ModelEvent[]): void {
    const source = madeSource(data);
    if (!source) return;
    const isThought = type === 'reasoning-file';
    const kept = { ...(providerMetadata && { providerMetadata }), ...(isThought && { reasoning: true as const }) };
    const origin = originFor(this.#place.bridge, kept);
    events.push({ type: 'part', value: { type: 'file', mediaType, source, ...(origin && { origin }) } });
  }
}

function sourceOf(part: SourceStreamPart, bridge: Bridge): SourcePart {
  const { url, title, mediaType, filename, providerMetadata } = part;
  const data = { ...(mediaType !== undefined && { mediaType }), ...(filename !== undefined && { filename }) };
  const origin = originFor(bridge, { ...(providerMetadata && { providerMetadata }) });
  return {
    type: 'source',
    ...(url !== undefined && { url }),
    ...(title !== undefined && { title }),
    ...(Object.keys(data).length > 0 && { data }),
    ...(origin && { origin }),
  };
}

/** The names of settings that are called otherwise here. */
const settings: Readonly<Record<string, string>> = {
  stopSequences: 'stop',
  responseFormat: 'output',
};

const known = ['temperature', 'maxOutputTokens', 'topP', 'topK', 'seed', 'presencePenalty', 'frequencyPenalty'];

function warningOf({ type, feature, setting, details, message }: SdkWarning): ModelEvent {
  const what = feature ?? setting;
  if (what === undefined) return { type: 'warning', reason: message ?? type };
  const isKnown = known.includes(what) || what === 'reasoning' || what === 'toolChoice';
  const name = settings[what] ?? (isKnown ? what : undefined);
  const more = details ?? message;
  const said = type === 'unsupported' ? `The model does not take ${what}` : `${what}: ${type}`;
  const reason = more === undefined ? `${said}.` : `${said}: ${more}`;
  return { type: 'warning', ...(name !== undefined && { setting: name }), reason };
}
