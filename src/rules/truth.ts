/** Whether something holds. `unknown`: it cannot be told from what is there, which never allows anything. */
export type Truth = 'yes' | 'no' | 'unknown';

/**
 * What a condition is for. `narrow`: it allows, so only what certainly fits counts. `wide`: it forbids or asks, so
 * whatever may be meant counts: another case, another way of writing.
 */
export type Reading = 'narrow' | 'wide';

/** Whether all of them hold; of nothing nothing can be told. */
export function all(truths: readonly Truth[]): Truth {
  if (truths.includes('no')) return 'no';
  return truths.length === 0 || truths.includes('unknown') ? 'unknown' : 'yes';
}

/** Whether one of them holds; of nothing nothing can be told. */
export function some(truths: readonly Truth[]): Truth {
  if (truths.includes('yes')) return 'yes';
  return truths.length === 0 || truths.includes('unknown') ? 'unknown' : 'no';
}

/** As a truth that is certain. */
export function certainly(holds: boolean): Truth {
  return holds ? 'yes' : 'no';
}
