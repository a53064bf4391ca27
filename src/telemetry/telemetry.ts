import { trace } from '@opentelemetry/api';
import type { Attributes, Context, Span, Tracer } from '@opentelemetry/api';
import type { Conversation } from '../conversation/conversation.ts';
import { Content } from './content.ts';
import { Measures } from './measures.ts';
import type { TelemetryOptions } from './options.ts';

/** Where a span stands: under which other one, and in which conversation. */
export interface Place {
  readonly parent: Context;
  readonly conversation: Conversation;
}

/** What the spans of one chat have in common. */
export class Telemetry {
  readonly measures: Measures = new Measures();
  readonly agent: string | undefined;
  readonly #attributes: Attributes;
  readonly #content: Content;

  constructor({ agent, agentId, agentVersion, content }: TelemetryOptions) {
    this.agent = agent;
    this.#content = new Content(content);
    this.#attributes = {
      ...(agent !== undefined && { 'gen_ai.agent.name': agent }),
      ...(agentId !== undefined && { 'gen_ai.agent.id': agentId }),
      ...(agentVersion !== undefined && { 'gen_ai.agent.version': agentVersion }),
    };
  }

  /** What every span says. */
  attributesIn({ id }: Conversation): Attributes {
    return { 'gen_ai.conversation.id': id, ...this.#attributes };
  }

  /** What of its words a span may tell: none when nobody keeps it. */
  contentOf(span: Span | undefined): Content {
    return span?.isRecording() ? this.#content : nothing;
  }

  get tracer(): Tracer {
    return trace.getTracer('yourcall');
  }
}

const nothing = new Content(false);
