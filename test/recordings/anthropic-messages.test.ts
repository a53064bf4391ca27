import { anthropicMessages } from '../../src/models/anthropic/index.ts';
import { proveRecordings } from './prove.ts';

proveRecordings({
  wire: 'anthropic-messages',
  model: (fetch) => anthropicMessages({ provider: 'recorded', model: 'recorded', baseURL: 'http://recorded', fetch }),
});
