import type { ModelEvent, ModelRequest } from '../../chat/model.ts';
import { isObject } from '../../conversation/json.ts';
import type { Json } from '../../conversation/json.ts';
import type { FilePart } from '../../conversation/content.ts';
import { argumentsText } from '../json-text.ts';
import { FunctionCalls } from './calls.ts';
import { ProviderCalls } from './provider-calls.ts';
import type { GoogleWire } from './quirks.ts';
import type { RawArguments } from './raw-arguments.ts';
import { signedOrigin } from './signature.ts';
import type { SignedPiece } from './signature.ts';

type Members = Readonly<Record<string, unknown>>;

/** Text or reasoning that is being told: one part for people, however it is cut. */
interface Run {
  readonly type: 'text' | 'reasoning';
  readonly part: number;
  length: number;
  readonly signed: SignedPiece[];
}

/** Reads the parts of an answer. */
export class AnswerParts {
  readonly provider: ProviderCalls;
  hasCalls = false;
  readonly #wire: GoogleWire;
  readonly #calls: FunctionCalls;
  readonly #ours: ReadonlySet<string>;
  readonly #hasServers: boolean;
  #run: Run | undefined;
  #runs = 0;
  #keys = 0;

  constructor(wire: GoogleWire, request: ModelRequest | undefined) {
    const newKey = (): number => (this.#keys += 1) - 1;
    this.#wire = wire;
    this.#calls = new FunctionCalls(wire, newKey);
    this.provider = new ProviderCalls({ model: wire, tools: request?.providerTools ?? [], newKey });
    this.#ours = new Set(request?.tools.map(({ name }) => name));
    this.#hasServers = request !== undefined && declaresServers(request, wire.provider);
  }

  take(part: Members, raw: RawArguments, events: ModelEvent[]): void {
    const { text, thought, thoughtSignature: signature, functionCall: call } = part;
    if (typeof text === 'string') {
      this.#text(thought === true ? 'reasoning' : 'text', { text, signature }, events);
    } else if (isObject(call)) {
      const before = events.length;
      this.#calls.take(part, isObject(call['args']) ? raw.next(call['args']) : argumentsText(call['args']), events);
      this.#sort(part, before, events);
    } else if (thought !== true && (isObject(part['inlineData']) || isObject(part['fileData']))) {
      // Pictures among the thoughts are drafts.
      this.#file(part, events);
    } else {
      const before = events.length;
      this.provider.take(part, events);
      if (events.slice(before).some(({ type }) => type === 'call')) this.#run = undefined;
    }
  }

  /** Ends what is open. */
  end(wasCut: boolean, events: ModelEvent[]): void {
    const before = events.length;
    this.#calls.end(wasCut, events);
    this.#sort({}, before, events);
  }

  #text(type: Run['type'], { text, signature }: { text: string; signature: unknown }, events: ModelEvent[]): void {
    const isSigned = typeof signature === 'string';
    if (text === '' && !isSigned) return;
    let run = this.#run;
    if (run?.type !== type) {
      run = this.#run = { type, part: this.#runs, length: 0, signed: [] };
      this.#runs += 1;
    }
    const { part, length: from, signed } = run;
    run.length += text.length;
    if (isSigned) {
      signed.push({ from, to: run.length, signature });
      events.push({ type, delta: text, part, origin: signedOrigin(this.#wire, signed) });
    } else events.push({ type, delta: text, part });
  }

  /** Tells our calls from those that a server behind Google runs. */
  #sort(part: Members, from: number, events: ModelEvent[]): void {
    for (let i = from; i < events.length; i += 1) {
      const event = events[i]!;
      if (event.type !== 'call') continue;
      this.#run = undefined;
      if (this.#hasServers && !this.#ours.has(event.name)) events[i] = this.provider.adopt(event, part);
      else this.hasCalls = true;
    }
  }

  #file({ inlineData, fileData, ...rest }: Members, events: ModelEvent[]): void {
    const source = isObject(inlineData)
      ? inlineSource(inlineData)
      : isObject(fileData)
        ? urlSource(fileData)
        : undefined;
    if (!source) return;
    const { provider, model } = this.#wire;
    this.#run = undefined;
    // It was parsed from JSON.
    const origin = { provider, model, data: rest as Json };
    events.push({ type: 'part', value: { type: 'file', ...source, origin } });
  }
}

type Source = Pick<FilePart, 'mediaType' | 'source'>;

function inlineSource({ mimeType, data }: Members): Source | undefined {
  if (typeof data !== 'string') return undefined;
  return { mediaType: typeof mimeType === 'string' ? mimeType : 'image/png', source: { type: 'base64', data } };
}

function urlSource({ mimeType, fileUri }: Members): Source | undefined {
  if (typeof fileUri !== 'string') return undefined;
  const mediaType = typeof mimeType === 'string' ? mimeType : 'application/octet-stream';
  return { mediaType, source: { type: 'url', url: fileUri } };
}

/** Whether Google is to call MCP servers itself. */
function declaresServers({ providerTools = [], settings }: ModelRequest, provider: string): boolean {
  const native = settings.providerOptions?.[provider]?.['tools'];
  const isServers = (tool: unknown): boolean => isObject(tool) && tool['mcpServers'] !== undefined;
  return providerTools.some(({ kind }) => kind === 'mcpServers') || (Array.isArray(native) && native.some(isServers));
}
