import { Problem } from '../problem.ts';
import { answer } from './operation.ts';
import type { Operation } from './operation.ts';

/** For whatever looks after processes: open to everybody, and telling nothing. */
export const healthOperations: readonly Operation[] = [
  {
    method: 'GET',
    path: '/healthz',
    summary: 'Says that the process answers.',
    gives: { 200: 'Health' },
    handle: () => answer({ status: 'ok' }),
  },
  {
    method: 'GET',
    path: '/readyz',
    summary: 'Says that its store answers too.',
    gives: { 200: 'Health' },
    async handle({ runtime }) {
      try {
        await runtime.threads.list({ tenant: '-', limit: 1 });
      } catch {
        throw new Problem('unavailable', 'The store does not answer.', { 'retry-after': '1' });
      }
      return answer({ status: 'ok' });
    },
  },
];
