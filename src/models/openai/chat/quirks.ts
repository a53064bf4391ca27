import type { Settings } from '../../../chat/model.ts';
import type { ModelId } from '../../connection.ts';

/** Where a server of Chat Completions differs (rule W2). Everything absent is the usual way. */
export interface Quirks {
  /** The name of the output limit. Default: `max_tokens`, which all servers but OpenAI's know. */
  readonly maxTokens?: 'max_tokens' | 'max_completion_tokens';
  /** The name of the seed. Default: `seed`. */
  readonly seed?: 'seed' | 'random_seed';
  /** Whether `top_k` is understood. */
  readonly topK?: true;
  /**
   * How thinking is asked for: `reasoning_effort` (default), OpenRouter's `reasoning`, a switch named `thinking`, that
   * switch and `reasoning_effort`, or not at all.
   */
  readonly reasoning?: 'effort' | 'object' | 'switch' | 'switch-and-effort' | 'none';
  /** What `toolChoice` may be, where it may not be everything; another one is not sent. */
  readonly toolChoice?: 'auto' | 'auto-or-none';
  /**
   * Whether the server has no tools at all: they are not sent, and calls that other models made are told in words; a
   * warning says so.
   */
  readonly noTools?: true;
  /** Settings that the server would pass over in silence, or always refuse: they are not sent, and a warning says so. */
  readonly unknownSettings?: readonly (keyof Settings)[];
  /** The name under which the reasoning before a tool call must go back, where it must; a space stands for none. */
  readonly reasoningBack?: 'reasoning_content';
  /** `false` where `stream_options` is refused; such servers report usage unasked. */
  readonly streamOptions?: false;
  /** The shape of call ids: nine letters or digits. Default: at most 40 characters. */
  readonly callIds?: 'nine';
  /** Arguments that are not JSON go back as they came; default: as `{}`, since many servers parse them and fail. */
  readonly brokenArguments?: 'verbatim';
  /** Whether a tool message may hold images; default: they follow in a user message. */
  readonly imagesInResults?: true;
  /**
   * Where the server gives a structured output by `response_format` with a schema: beside tools too, only without them
   * (default), or, as those that take no schema, nowhere.
   */
  readonly output?: 'always' | 'without-tools' | 'none';
  /** Whether users and assistants have to take turns: then neighbours of one role are joined. */
  readonly alternates?: true;
  /** Whether a user has to speak first and last: then words of one stand where an assistant does. */
  readonly userAtEnds?: true;
  /** Whether a user may not speak right after a tool: then the assistant says OK between them. */
  readonly noUserAfterTool?: true;
}

/** One model behind one server of Chat Completions: what requests and errors are made for. */
export interface ChatWire extends ModelId {
  readonly quirks: Quirks;
}
