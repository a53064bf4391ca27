import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { Conversation, createChat, tool } from 'yourcall';
import { traced } from 'yourcall/telemetry';
import { scripted } from 'yourcall/testing';
import { z } from 'zod';

// Once in a process. In a service this is what `@opentelemetry/sdk-node` does, with an exporter that sends.
const exporter = new InMemorySpanExporter();
trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());

const refund = tool({
  description: 'Refund an order',
  input: z.object({ amount: z.number(), card: z.string() }),
  policy: ({ amount }) => (amount > 50 ? { ask: { reason: 'over 50', risk: 'money' } } : 'allow'),
  run: async ({ amount }) => {
    // What a tool does stands under its span.
    const span = trace.getTracer('shop').startSpan('POST /refunds');
    span.end();
    return `Refunded ${amount}.`;
  },
});

const input = { amount: 120, card: '4111 1111 1111 1111' };
const model = scripted([{ calls: [{ name: 'refund', input }] }, 'The refund is on its way.']);

const chat = traced(createChat({ model, tools: { refund } }), {
  agent: 'refunds',
  // No words are in a span, unless you say which: here what tools are given, without the numbers of cards.
  content: (value, { kind }) =>
    kind === 'arguments' ? JSON.stringify(value).replaceAll(/\d{4} (?=\d{4})/g, '… ') : undefined,
});

const conversation = new Conversation();
conversation.say('Refund order A-17, please.');
await chat.complete(conversation);

// Days later, on another machine: the name of the paused run has come along.
const later = Conversation.parse(JSON.stringify(conversation));
for (const call of chat.waiting(later).approvals) await chat.decide(later, call, { type: 'approve' }, { by: 'ann' });
await chat.complete(later);

const spans = exporter.getFinishedSpans();
const placeOf = (id?: string) => spans.findIndex((span) => span.spanContext().spanId === id);
for (const { name, parentSpanContext: parent, links, attributes } of spans) {
  console.log(
    placeOf(parent?.spanId),
    links.map((link) => placeOf(link.context.spanId)),
    name,
    attributes['yourcall.run.outcome'] ?? attributes['gen_ai.tool.call.arguments'] ?? '',
  );
}
