import { responses } from '../../src/models/openai/responses/index.ts';
import { proveRecordings } from './prove.ts';

proveRecordings({
  wire: 'openai-responses',
  model: (fetch) => responses({ provider: 'recorded', model: 'recorded', baseURL: 'http://recorded', fetch }),
});
