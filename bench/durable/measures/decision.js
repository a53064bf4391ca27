import { median } from '../../median.js';
import { delaysOf } from '../delays.js';

/** From a decision in one process until the tool starts in another, in milliseconds. */
export async function run(stage, { times }) {
  const worker = await stage.start('worker', { chat: 'shop' });
  const people = await stage.start('people', { times });
  const { decided } = await people.hear('over');
  worker.tell({ type: 'report' });
  const { started } = await worker.hear('report');
  return { ms: median(delaysOf(decided, started)) };
}
