import { proveRecordings } from './prove.ts';
import { wires } from './wires.ts';

proveRecordings({ wire: 'anthropic-messages', model: wires['anthropic-messages']! });
