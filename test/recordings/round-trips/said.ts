import { isObject } from '../../../src/conversation/json.ts';

/** A call as a request tells of it. */
export interface SaidCall {
  readonly id: unknown;
  readonly name: unknown;
  /** As text, where the wire has them so. */
  readonly arguments: unknown;
}

/** What a request tells of the model's last turn, and of what came of its calls. */
export interface Said {
  readonly text: string;
  readonly thinking: string;
  readonly signatures: readonly string[];
  readonly calls: readonly SaidCall[];
  /** What runs at the provider, as it stands there. */
  readonly provider: readonly unknown[];
  readonly results: readonly { readonly id: unknown; readonly output: unknown }[];
}

type Members = Readonly<Record<string, unknown>>;
type Piece =
  | { readonly kind: 'text' | 'thinking' | 'signature'; readonly value: string }
  | { readonly kind: 'call'; readonly value: SaidCall }
  | { readonly kind: 'provider'; readonly value: unknown }
  | {
      readonly kind: 'result';
      readonly value: { readonly id: unknown; readonly output: unknown };
      /** Whether it stands in the middle of the model's turn. */
      readonly isInside?: boolean;
    }
  | { readonly kind: 'user' };

/** Reads the end of a request, whoever wrote it. */
export function saidIn(wire: string, body: unknown): Said {
  const pieces = (readers[wire]?.(isObject(body) ? body : {}) ?? []).filter(
    (piece) => !('value' in piece) || piece.value !== '',
  );
  const last = pieces.findLastIndex(({ kind }) => kind !== 'user' && kind !== 'result');
  const before = pieces.slice(0, last).findLastIndex(endsTurn);
  const turn = pieces.slice(before + 1);
  return {
    text: texts(turn, 'text').join(''),
    thinking: texts(turn, 'thinking').join(''),
    signatures: texts(turn, 'signature'),
    calls: turn.flatMap((piece) => (piece.kind === 'call' ? [piece.value] : [])),
    provider: turn.flatMap((piece) => (piece.kind === 'provider' ? [piece.value] : [])),
    results: turn.flatMap((piece) => (piece.kind === 'result' ? [piece.value] : [])),
  };
}

function endsTurn(piece: Piece): boolean {
  return piece.kind === 'user' || (piece.kind === 'result' && !piece.isInside);
}

function texts(pieces: readonly Piece[], kind: 'text' | 'thinking' | 'signature'): readonly string[] {
  return pieces.flatMap((piece) => (piece.kind === kind ? [piece.value] : []));
}

const readers: Readonly<Record<string, (body: Members) => readonly Piece[]>> = {
  'openai-chat': ({ messages }) => list(messages).flatMap(inMessage),
  'openai-responses': ({ input }) => list(input).flatMap(inItem),
  'anthropic-messages': ({ messages }) => list(messages).flatMap(inTurn),
  gemini: ({ contents }) => list(contents).flatMap(inContent),
  'ollama-native': ({ messages }) => list(messages).flatMap(inMessage),
};

/** A message of Chat Completions, or of Ollama. */
function inMessage(message: Members): readonly Piece[] {
  const {
    role,
    content,
    reasoning_content: thought,
    reasoning,
    thinking,
    tool_calls: calls,
    tool_call_id: id,
  } = message;
  const text = textOf(content);
  if (role === 'tool') return [{ kind: 'result', value: { id, output: text } }];
  if (role !== 'assistant') return [{ kind: 'user' }];
  return [
    { kind: 'thinking', value: textOf(thought ?? reasoning ?? thinking) },
    { kind: 'text', value: text },
    ...list(calls).map(({ id, function: called }): Piece => {
      const { name, arguments: given } = called as Members;
      return { kind: 'call', value: { id, name, arguments: given } };
    }),
  ];
}

/** An item of Responses. */
function inItem(item: Members): readonly Piece[] {
  const { type, role, content, summary, encrypted_content: signature, call_id: id, name } = item;
  switch (type) {
    case 'function_call':
    case 'custom_tool_call':
      return [{ kind: 'call', value: { id, name, arguments: item['arguments'] ?? item['input'] } }];
    case 'function_call_output':
    case 'custom_tool_call_output':
      return [{ kind: 'result', value: { id, output: item['output'] } }];
    case 'reasoning':
      return [
        { kind: 'thinking', value: textOf(summary) + textOf(content) },
        { kind: 'signature', value: textOf(signature) },
      ];
    case 'message':
    case undefined:
      return role === 'assistant' ? [{ kind: 'text', value: textOf(content) }] : [{ kind: 'user' }];
    default:
      return [{ kind: 'provider', value: item }];
  }
}

/** A message of Anthropic. */
function inTurn({ role, content }: Members): readonly Piece[] {
  if (typeof content === 'string') return [role === 'assistant' ? { kind: 'text', value: content } : { kind: 'user' }];
  return list(content).flatMap((block): readonly Piece[] => {
    const { type, text, thinking, signature, data, id, name, input } = block;
    switch (type) {
      case 'tool_result':
        return [{ kind: 'result', value: { id: block['tool_use_id'], output: textOf(block['content']) } }];
      case 'tool_use':
        return [{ kind: 'call', value: { id, name, arguments: input } }];
      case 'thinking':
      case 'redacted_thinking':
        return [
          { kind: 'thinking', value: textOf(thinking) },
          { kind: 'signature', value: textOf(signature ?? data) },
        ];
      case 'text':
        return [role === 'assistant' ? { kind: 'text', value: textOf(text) } : { kind: 'user' }];
      default:
        return [role === 'assistant' ? { kind: 'provider', value: block } : { kind: 'user' }];
    }
  });
}

/** A content of Gemini. */
function inContent({ role, parts }: Members): readonly Piece[] {
  return list(parts).flatMap((part): readonly Piece[] => {
    const { text, thought, thoughtSignature: signature, functionCall: call, functionResponse: result } = part;
    const signed: Piece = { kind: 'signature', value: textOf(signature) };
    if (isObject(result)) {
      const value = { id: result['id'], output: result['response'] };
      return [{ kind: 'result', value, isInside: role === 'model' }];
    }
    if (role !== 'model') return [{ kind: 'user' }];
    if (typeof text === 'string') return [{ kind: thought ? 'thinking' : 'text', value: text }, signed];
    if (!isObject(call)) return [{ kind: 'provider', value: { ...part, thoughtSignature: undefined } }, signed];
    return [{ kind: 'call', value: { id: call['id'], name: call['name'], arguments: call['args'] ?? {} } }, signed];
  });
}

/** A text, or the texts of a list of parts. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return list(value)
    .map((part) => textOf(part['text'] ?? part['refusal'] ?? part['thinking'] ?? ''))
    .join('');
}

function list(value: unknown): readonly Members[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
