// npm run bench -- durable …: threads in their stores. Anything else: yourcall beside the floor.
import { argv } from 'node:process';

await import(argv[2] === 'durable' ? './durable/run.js' : './ratios.js');
