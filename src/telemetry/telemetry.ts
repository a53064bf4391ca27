import { trace } from '@opentelemetry/api';
import type { Attributes, Tracer } from '@opentelemetry/api';
import { Content } from './content.ts';
import { Measures } from './measures.ts';
import type { TelemetryOptions } from './options.ts';

/** What the spans of one chat have in common. */
export class Telemetry {
  readonly content: Content;
  readonly measures: Measures = new Measures();
  readonly agent: string | undefined;
  /** What every span says of the agent. */
  readonly attributes: Attributes;

  constructor({ agent, agentId, agentVersion, content }: TelemetryOptions) {
    this.agent = agent;
    this.content = new Content(content);
    this.attributes = {
      ...(agent !== undefined && { 'gen_ai.agent.name': agent }),
      ...(agentId !== undefined && { 'gen_ai.agent.id': agentId }),
      ...(agentVersion !== undefined && { 'gen_ai.agent.version': agentVersion }),
    };
  }

  get tracer(): Tracer {
    return trace.getTracer('yourcall');
  }
}
