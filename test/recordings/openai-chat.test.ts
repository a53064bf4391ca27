import { proveRecordings } from './prove.ts';
import { wires } from './wires.ts';

proveRecordings({ wire: 'openai-chat', model: wires['openai-chat']! });
