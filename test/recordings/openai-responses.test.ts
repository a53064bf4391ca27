import { proveRecordings } from './prove.ts';
import { wires } from './wires.ts';

proveRecordings({ wire: 'openai-responses', model: wires['openai-responses']! });
