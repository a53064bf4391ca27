import { proveRecordings } from './prove.ts';
import { wires } from './wires.ts';

proveRecordings({ wire: 'ollama-native', model: wires['ollama-native']! });
