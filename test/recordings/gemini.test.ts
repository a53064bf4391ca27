import { generateContent } from '../../src/models/google/model.ts';
import { proveRecordings } from './prove.ts';

proveRecordings({
  wire: 'gemini',
  model: (fetch) => generateContent('recorded', { apiKey: 'no key', baseURL: 'http://recorded', fetch }, 'recorded'),
});
