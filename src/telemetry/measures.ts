import { metrics } from '@opentelemetry/api';
import type { Attributes, Histogram, Meter, MeterProvider } from '@opentelemetry/api';
import { quietly } from './quietly.ts';

/** What is measured. */
export type Measure =
  | 'gen_ai.client.operation.duration'
  | 'gen_ai.client.operation.time_to_first_chunk'
  | 'gen_ai.client.token.usage'
  | 'gen_ai.execute_tool.duration'
  | 'yourcall.approval.wait';

/** The histograms: their units and bounds, as the conventions have them; an approval has none there. */
const kinds: Readonly<Record<Measure, { readonly unit: string; readonly bounds: readonly number[] }>> = {
  'gen_ai.client.operation.duration': { unit: 's', bounds: doubled(0.01, 14) },
  'gen_ai.client.operation.time_to_first_chunk': { unit: 's', bounds: doubled(0.01, 14) },
  'gen_ai.client.token.usage': { unit: '{token}', bounds: Array.from({ length: 14 }, (_, power) => 4 ** power) },
  'gen_ai.execute_tool.duration': { unit: 's', bounds: doubled(0.01, 14) },
  // From a second to a week: people sleep, and have weekends.
  'yourcall.approval.wait': {
    unit: 's',
    bounds: [1, 5, 15, 60, 300, 900, 3_600, 14_400, 43_200, 86_400, 259_200, 604_800],
  },
};

/** The histograms of a chat, made when they are needed. */
export class Measures {
  #provider: MeterProvider | undefined;
  #meter: Meter | undefined;
  readonly #histograms = new Map<Measure, Histogram>();

  record(measure: Measure, value: number, attributes: Attributes): void {
    quietly(() => this.#histogram(measure).record(value, attributes));
  }

  #histogram(measure: Measure): Histogram {
    const provider = metrics.getMeterProvider();
    // Tracers wait for an SDK that comes later, meters do not.
    if (provider !== this.#provider) this.#histograms.clear();
    if (provider !== this.#provider) this.#meter = provider.getMeter('yourcall');
    this.#provider = provider;
    const known = this.#histograms.get(measure);
    if (known) return known;
    const { unit, bounds } = kinds[measure];
    const made = this.#meter!.createHistogram(measure, { unit, advice: { explicitBucketBoundaries: [...bounds] } });
    this.#histograms.set(measure, made);
    return made;
  }
}

function doubled(first: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, power) => Number((first * 2 ** power).toFixed(2)));
}
