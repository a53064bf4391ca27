import { ollama } from '../../src/models/ollama/index.ts';
import { proveRecordings } from './prove.ts';

proveRecordings({
  wire: 'ollama-native',
  model: (fetch) => ollama('recorded', { baseURL: 'http://recorded', fetch }),
});
