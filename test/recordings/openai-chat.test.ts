import { chatCompletions } from '../../src/models/openai/chat/index.ts';
import { proveRecordings } from './prove.ts';

proveRecordings({
  wire: 'openai-chat',
  model: (fetch) => chatCompletions({ provider: 'recorded', model: 'recorded', baseURL: 'http://recorded', fetch }),
});
